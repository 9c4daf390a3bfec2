#include "megaphone/record/client.h"

#include "id_text.h"

namespace megaphone::record {

std::string idText(ConnectionId id) {
  std::string out;
  appendIdText(out, id.value, "c");
  return out;
}

void Client::identify(std::string name) {
  details = std::make_shared<const Details>(Details{peer(), local(), std::move(name)});
}

void Client::introduce(const Endpoint& real, std::optional<Endpoint> ours) {
  details = std::make_shared<const Details>(Details{peer(), ours, std::string(identity())});
  endpoint = real;
}

}  // namespace megaphone::record
