// Messages as they are on the wire, for what is measured and counted here.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace megaphone::bench {

// `fields`: how many there are beside Host.
inline std::string request(int fields, std::string_view more = {}) {
  std::string out = "GET http://origin.example/b/1024 HTTP/1.1\r\nHost: origin.example\r\n";
  for (int i = 0; i < fields; ++i) {
    out += "X-Field-" + std::to_string(i) + ": some value of usual length, number " + std::to_string(i) + "\r\n";
  }
  return out.append(more).append("\r\n");
}

inline std::string answerHead(int fields, std::string_view framing) {
  std::string out = "HTTP/1.1 200 OK\r\nServer: origin\r\nDate: Sat, 01 Jan 2022 00:00:00 GMT\r\n";
  for (int i = 0; i < fields; ++i) {
    out += "X-Field-" + std::to_string(i) + ": some value of usual length, number " + std::to_string(i) + "\r\n";
  }
  return out.append(framing).append("\r\n");
}

inline std::string answer(std::size_t size, int fields = 4) {
  return answerHead(fields, "Content-Length: " + std::to_string(size) + "\r\n") + std::string(size, 'x');
}

// `size` bytes in pieces of `piece`.
inline std::string chunked(std::size_t size, std::size_t piece) {
  std::string out;
  char line[24];
  for (std::size_t at = 0; at < size; at += piece) {
    std::snprintf(line, sizeof line, "%zx\r\n", piece);
    out.append(line).append(piece, 'x').append("\r\n");
  }
  return out + "0\r\n\r\n";
}

}  // namespace megaphone::bench
