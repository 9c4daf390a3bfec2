#include "megaphone/record/client.h"

#include "id_text.h"

namespace megaphone::record {

std::string idText(ConnectionId id) {
  std::string out;
  appendIdText(out, id.value, "c");
  return out;
}

}  // namespace megaphone::record
