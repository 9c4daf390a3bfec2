// file: reads the whole of a configuration file, or says in a sentence why not. Never waits for long.
#pragma once

#include <cstdint>
#include <string>

namespace megaphone::config {

struct FileError {
  std::string what;  // "" when the file has been read
  std::string help;
};

enum class Pipes : std::uint8_t { refused, read };

// A regular file of 1 MiB at most, or a pipe where these are read, whose writer has a few seconds. "-" is the standard
// input.
FileError readFile(const std::string& path, Pipes pipes, std::string& out);

}  // namespace megaphone::config
