// A file that goes with the test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace megaphone::connect {

class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content = {}) : path_(testing::TempDir() + "megaphone-connect-XXXXXX") {
    const int fd = ::mkstemp(path_.data());
    EXPECT_GE(fd, 0);
    ::close(fd);
    write(content);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { remove(); }

  const std::string& path() const { return path_; }
  void write(std::string_view content) { std::ofstream(path_) << content; }
  void remove() { ::unlink(path_.c_str()); }

 private:
  std::string path_;
};

}  // namespace megaphone::connect
