// file: reads the whole of a configuration file, or says in a sentence why not.
#pragma once

#include <string>

namespace megaphone::config {

struct FileError {
  std::string what;  // "" when the file has been read
  std::string help;
};

FileError readFile(const std::string& path, std::string& out);

}  // namespace megaphone::config
