#include "hosts_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "megaphone/base/host_name.h"

namespace megaphone::connect {
namespace {
constexpr std::size_t kMaxNames = 1'000'000;  // block lists are long
constexpr std::size_t kMaxPerName = 16;       // more than are ever dialled
}  // namespace

const std::vector<IpAddress>* HostsFile::find(const std::string& name, MonoTime now) {
  if (watch_.changed(now)) {
    names_.clear();
    std::ifstream file(watch_.path());
    read(file);  // nothing if it cannot be opened: a missing hosts file is an empty one
  }
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

void HostsFile::read(std::istream& lines) {
  for (std::string line; names_.size() < kMaxNames && std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
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
