// HttpClient: sends the same requests over and over, to origins in rotation, and compares every byte of the answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http_plan.h"
#include "http_text.h"
#include "load.h"

namespace bench {

class HttpClient final : public Client {
 public:
  // `first`: of the origins, so that clients in rotation are spread over them.
  HttpClient(Load& load, const HttpPlan& plan, unsigned number, std::size_t first);
  void start() override;
  void overdue() override;
  void onEvents(std::uint32_t events) override;

 private:
  enum class Phase : std::uint8_t { head, content, end };  // end: the server is to close
  bool connect();
  void flush();
  void read();
  void feed(std::string_view bytes);
  bool takeHead(std::string_view& bytes);
  bool readHead(std::string_view head);
  void takeContent(std::string_view bytes);
  void finish(std::string_view behind);
  void ended(std::string_view why);

  const HttpPlan& plan_;
  unsigned number_;     // of its next connection
  std::size_t origin_;  // of its next request
  std::string_view out_{};
  std::string head_;
  ContentReader content_;
  Phase phase_ = Phase::head;
  std::uint64_t got_ = 0;
  unsigned served_ = 0;  // on this connection
  bool connecting_ = false;
  bool closing_ = false;  // the server has said that it closes
};

}  // namespace bench
