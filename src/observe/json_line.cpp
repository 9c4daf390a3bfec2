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

void appendJsonLine(std::string& out, const record::LiveConnection& live, const LineOptions& options) {
  {
    json::Object object(out);
    appendFields<record::Known::early>(object, live.record, options);
    if (live.connection.value != 0) object.text("connection", record::idText(live.connection));
    appendFields<record::Known::so_far>(object, live.record, options);
    object.text("phase", word(live));
    object.milliseconds("ms_age", live.age);
  }
  out += '\n';
}

std::string shownTarget(std::string_view target, const LineOptions& options) {
  std::string out;
  for (const std::string_view piece : shown(target, options.query_strings)) out += piece;
  return out;
}

}  // namespace megaphone::observe
