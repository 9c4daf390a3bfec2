// HostsFile: the names and addresses of /etc/hosts (hosts(5)), read anew when the file has changed.
#pragma once

#include <istream>
#include <string>
#include <unordered_map>
#include <vector>

#include "file_watch.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/keyed_hash.h"

namespace megaphone::connect {

class HostsFile {
 public:
  HostsFile(std::string path, Duration lookEvery, KeyedHash hash)
      : watch_(std::move(path), lookEvery), names_(0, hash) {}

  // The addresses of both families under this normal name (host_name.h), or null. Lives until the next call.
  const std::vector<IpAddress>* find(const std::string& name, MonoTime now);
  // Has the file read again at the next call.
  void expire() { watch_.expire(); }

 private:
  void read(std::istream& lines);

  FileWatch watch_;
  std::unordered_map<std::string, std::vector<IpAddress>, KeyedHash> names_;
};

}  // namespace megaphone::connect
