// HostsFile: the names and addresses of /etc/hosts (hosts(5)), read anew when the file has changed.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/keyed_hash.h"
#include "system_file.h"

namespace megaphone::connect {

class HostsFile {
 public:
  HostsFile(std::string path, Duration lookEvery, KeyedHash hash)
      : file_(std::move(path), lookEvery), names_(0, hash) {}

  // Returns the addresses of both families of a normal name (host_name.h), or null; valid until the next call.
  const std::vector<IpAddress>* find(const std::string& name, MonoTime now);
  // Has the file read again at the next call.
  void expire() { file_.expire(); }

 private:
  void read(std::string_view text);

  SystemFile file_;
  std::unordered_map<std::string, std::vector<IpAddress>, KeyedHash> names_;
};

}  // namespace megaphone::connect
