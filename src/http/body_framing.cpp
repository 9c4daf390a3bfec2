#include "megaphone/http/body_framing.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace megaphone::http {
namespace {

constexpr std::uint64_t kLargest = INT64_MAX;  // what the kernel's offsets can count
constexpr std::size_t kMostCodings = 8;        // more are not plausible

// The fields that frame a message: their number, and the last value.
struct Framers {
  std::size_t lengths = 0;
  std::size_t codings = 0;
  std::string_view length;
  std::string_view coding;
};

Framers findFramers(const Fields& fields) {
  Framers found;
  for (const Field& field : fields) {
    if (ascii::equalsIgnoreCase(field.name, "Content-Length")) {
      ++found.lengths;
      found.length = field.value;
    } else if (ascii::equalsIgnoreCase(field.name, "Transfer-Encoding")) {
      ++found.codings;
      found.coding = field.value;
    }
  }
  return found;
}

Error refuse(Side side, Reason reason, std::string sentence) { return {reason, side, 0, std::move(sentence)}; }

// Returns whether `codings` are distinct plain tokens with "chunked" as the last and without "identity", a former
// coding: then the end is certain and only the content is not understood (RFC 9112 section 6.1).
bool isCodedAndChunked(std::string_view codings) {
  std::vector<std::string> seen;
  for (std::size_t begin = 0; begin <= codings.size();) {
    const std::size_t end = std::min(codings.find(',', begin), codings.size());
    const std::string_view coding = ascii::trim(codings.substr(begin, end - begin));
    if (!ascii::isToken(coding) || ascii::equalsIgnoreCase(coding, "identity")) return false;
    if (seen.size() == kMostCodings) return false;
    seen.push_back(ascii::lower(coding));
    if (std::find(seen.begin(), seen.end() - 1, seen.back()) != seen.end() - 1) return false;
    begin = end + 1;
  }
  return seen.size() > 1 && seen.back() == "chunked";
}

// Step 4, for both directions. Only a single "chunked" is understood, and only in HTTP/1.1.
Result<BodyFraming> codedFraming(const Framers& framers, Version version, Side side, Reason reason) {
  if (version == Version::http10) return refuse(side, reason, "Transfer-Encoding in an HTTP/1.0 message");
  if (framers.codings > 1) return refuse(side, reason, "Transfer-Encoding is given more than once");
  if (!ascii::equalsIgnoreCase(framers.coding, "chunked")) {
    return refuse(side, reason, "Transfer-Encoding is not chunked alone");
  }
  return BodyFraming{BodyFraming::Kind::chunked, 0};
}

constexpr std::string_view kBadLength = "Content-Length is not one plain number, or is too large";

// Steps 5 and 6 for requests. A list of equal lengths might be repaired; it is refused.
Result<BodyFraming> requestLength(const Framers& framers) {
  constexpr Reason kReason = Reason::http_request_error;
  if (framers.lengths > 1) return refuse(Side::client, kReason, "Content-Length is given more than once");
  const auto length = ascii::parseDecimal(framers.length, kLargest);
  if (!length) return refuse(Side::client, kReason, std::string(kBadLength));
  return BodyFraming{BodyFraming::Kind::length, *length};
}

// Steps 5 and 6 for answers: one length, however often it is repeated, on several lines or in a list. "5" and "05"
// count as different.
Result<BodyFraming> responseLength(const Fields& fields) {
  constexpr Reason kReason = Reason::http_protocol_error;
  std::optional<std::string_view> told;
  for (const Field& field : fields) {
    if (!ascii::equalsIgnoreCase(field.name, "Content-Length")) continue;
    for (std::size_t begin = 0; begin <= field.value.size();) {
      const std::size_t end = std::min(field.value.find(',', begin), field.value.size());
      const std::string_view length = ascii::trim(field.value.substr(begin, end - begin));
      if (told && *told != length) return refuse(Side::origin, kReason, "Content-Length is given with two values");
      told = length;
      begin = end + 1;
    }
  }
  const auto length = ascii::parseDecimal(told.value_or(""), kLargest);
  if (!length) return refuse(Side::origin, kReason, std::string(kBadLength));
  return BodyFraming{BodyFraming::Kind::length, *length};
}

constexpr std::string_view kBoth = "Content-Length and Transfer-Encoding exclude each other";

}  // namespace

// The numbers are those of RFC 9112 section 6.3.
Result<BodyFraming> requestFraming(const RequestHead& head) {
  const Framers framers = findFramers(head.fields);
  const bool coded = framers.codings > 0;
  const bool sized = framers.lengths > 0;
  constexpr Reason kReason = Reason::http_request_error;
  // 1 and 2 are about answers.
  // 3. Both: could be read in two ways, so it is refused rather than repaired.
  if (coded && sized) return refuse(Side::client, kReason, std::string(kBoth));
  // 4. Transfer-Encoding.
  if (framers.codings == 1 && head.version == Version::http11 && isCodedAndChunked(framers.coding)) {
    return refuse(Side::client, Reason::request_transfer_coding, "Transfer-Encoding has a coding besides chunked");
  }
  if (coded) return codedFraming(framers, head.version, Side::client, kReason);
  // 5, 6. Content-Length, invalid or valid.
  if (sized) return requestLength(framers);
  // 7. Neither: no body.
  return BodyFraming{};
}

Result<BodyFraming> statedFraming(const ResponseHead& head) {
  const Framers framers = findFramers(head.fields);
  const bool coded = framers.codings > 0;
  const bool sized = framers.lengths > 0;
  // 3. Both.
  if (coded && sized) return refuse(Side::origin, Reason::http_protocol_error, std::string(kBoth));
  // 4. Transfer-Encoding. Without a final chunked the close would end the body, still coded; that is refused.
  if (coded) return codedFraming(framers, head.version, Side::origin, Reason::http_response_transfer_coding);
  // 5, 6. Content-Length, invalid or valid.
  if (sized) return responseLength(head.fields);
  // 7 is about requests. 8. The close ends the body.
  return BodyFraming{BodyFraming::Kind::until_close, 0};
}

Result<BodyFraming> responseFraming(const ResponseHead& head, RequestKind request) {
  // 1. No body, whatever the fields say.
  if (request == RequestKind::head || head.status < 200 || head.status == 204 || head.status == 304)
    return BodyFraming{};
  // 2. A tunnel begins behind the head.
  if (request == RequestKind::connect && head.status < 300) return BodyFraming{};
  return statedFraming(head);
}

}  // namespace megaphone::http
