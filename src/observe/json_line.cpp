#include "megaphone/base/json.h"

#include "members.h"

namespace megaphone::observe {

void appendJsonLine(std::string& out, const record::ExchangeRecord& record, const LineOptions& options) {
  {
    json::Object object(out);
    appendMembers(object, record, options);
  }
  out += '\n';
}

}  // namespace megaphone::observe
