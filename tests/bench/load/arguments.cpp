#include "arguments.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace bench {

Arguments::Arguments(int argc, char** argv, int first) {
  int i = first;
  while (i < argc && std::string_view(argv[i]) != "--") {
    const std::string_view name = argv[i];
    if (i + 1 == argc || name.substr(0, 2) != "--") {
      std::fprintf(stderr, "%s: no \"--name value\" at \"%s\"\n", argv[0], argv[i]);
      std::exit(2);
    }
    values_[std::string(name.substr(2))] = argv[i + 1];
    i += 2;
  }
  rest_ = argv + (i < argc ? i + 1 : argc);
}

std::string Arguments::text(const std::string& name, const std::string& otherwise) {
  asked_.insert(name);
  const auto found = values_.find(name);
  return found == values_.end() ? otherwise : found->second;
}

long Arguments::number(const std::string& name, long otherwise) {
  return std::strtol(text(name, std::to_string(otherwise)).c_str(), nullptr, 10);
}

double Arguments::seconds(const std::string& name, double otherwise) {
  return std::strtod(text(name, std::to_string(otherwise)).c_str(), nullptr);
}

std::vector<int> Arguments::ports(const std::string& name) {
  std::vector<int> ports;
  const std::string list = text(name);
  const char* at = list.c_str();
  while (*at != '\0') {
    char* end = nullptr;
    const int first = static_cast<int>(std::strtol(at, &end, 10));
    int last = first;
    if (*end == '-') last = static_cast<int>(std::strtol(end + 1, &end, 10));
    for (int port = first; port <= last; ++port) ports.push_back(port);
    if (*end != ',') break;
    at = end + 1;
  }
  return ports;
}

void Arguments::endOfQuestions() const {
  for (const auto& [name, value] : values_) {
    if (asked_.contains(name)) continue;
    std::fprintf(stderr, "unknown argument --%s %s\n", name.c_str(), value.c_str());
    std::exit(2);
  }
}

}  // namespace bench
