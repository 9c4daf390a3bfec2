// HttpOrigin: one connection of the HTTP origin. "GET /b/SIZE" gets that many bytes of the payload; a POST is compared
// with the payload and told how much came and how many pieces were wrong ("OK 65536 0").
#pragma once

#include <string>
#include <string_view>

#include "http_text.h"
#include "poller.h"

namespace bench {

class HttpOrigin final : public Handler {
 public:
  using Handler::Handler;
  void onEvents(std::uint32_t events) override;

 private:
  bool busy() const { return !out_.empty() || contentLeft_ > 0; }
  void feed(std::string_view bytes);
  void takeHead(std::string_view head);
  void takeContent(std::string_view& bytes);
  void answerGet(std::size_t size);
  void answerPost();
  void flush();

  std::string in_;          // of a head that came in part, or behind a request that is being answered
  std::string own_;         // an answer made for this request
  std::string_view out_{};  // of an answer, still to be sent
  std::uint64_t contentSent_ = 0;
  std::uint64_t contentLeft_ = 0;  // what is generated behind out_
  ContentReader content_;
  bool inContent_ = false;
  bool closing_ = false;
  std::uint64_t got_ = 0;
  std::uint64_t wrong_ = 0;
};

}  // namespace bench
