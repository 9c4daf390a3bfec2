#include "hosts_file.h"

#include <algorithm>
#include <sstream>

#include "megaphone/base/host_name.h"

namespace megaphone::connect {
namespace {
constexpr std::size_t kMaxNames = 1'000'000;  // block lists are long
constexpr std::size_t kMaxPerName = 16;       // more than are ever dialled
}  // namespace

const std::vector<IpAddress>* HostsFile::find(const std::string& name, MonoTime now) {
  if (const auto text = file_.read(now)) {
    names_.clear();
    read(*text);
  }
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

void HostsFile::read(std::string_view text) {
  while (!text.empty() && names_.size() < kMaxNames) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    std::istringstream words(std::string(line.substr(0, line.find('#'))));
    std::string word;
    if (!(words >> word)) continue;
    const auto address = IpAddress::parse(word);
    if (!address) continue;
    while (words >> word) {
      const auto name = normalName(word);
      if (!name) continue;
      std::vector<IpAddress>& known = names_[*name];
      const bool isNew = std::find(known.begin(), known.end(), *address) == known.end();
      if (isNew && known.size() < kMaxPerName) known.push_back(*address);
    }
  }
}

}  // namespace megaphone::connect
