// Answers that could be read in two ways, or in none: all refused, however they are cut into pieces.
#include <gtest/gtest.h>

#include "three_ways.h"

namespace megaphone::http {
namespace {

using namespace testing;
using namespace std::string_view_literals;

void expectRefused(std::string_view bytes, std::string_view reason = "http_protocol_error") {
  expectResponses(bytes, {}, {"error " + std::string(reason) + " origin"});
}
void expectFieldsRefused(std::string_view fields, std::string_view reason = "http_protocol_error") {
  expectRefused("HTTP/1.1 200 OK\r\nServer: a\r\n" + std::string(fields) + "\r\n", reason);
}

TEST(HostileResponse, BadStatusLineIsRefusedAtItsEnd) {
  for (const std::string_view line : {"HTTP/2.0 200 OK\r\n"sv,
                                      "HTTP/0.9 200 OK\r\n"sv,
                                      "HTTP/1.10 200 OK\r\n"sv,
                                      "http/1.1 200 OK\r\n"sv,
                                      "HTTP/1.1\r\n"sv,
                                      "HTTP/1.1 \r\n"sv,
                                      "HTTP/1.1  200 OK\r\n"sv,
                                      "HTTP/1.1 20 OK\r\n"sv,
                                      "HTTP/1.1 2000 OK\r\n"sv,
                                      "HTTP/1.1 099 OK\r\n"sv,
                                      "HTTP/1.1 000 OK\r\n"sv,
                                      "HTTP/1.1 2x0 OK\r\n"sv,
                                      "HTTP/1.1 +20 OK\r\n"sv,
                                      "HTTP/1.1 200OK\r\n"sv,
                                      "HTTP/1.1 200\tOK\r\n"sv,
                                      "HTTP/1.1\t200 OK\r\n"sv,
                                      "ICY 200 OK\r\n"sv,
                                      "GET / HTTP/1.1\r\n"sv,
                                      "\r\n"sv,
                                      " \r\n"sv,
                                      "<html>\r\n"sv,
                                      "SSH-2.0-x\r\n"sv,
                                      "200 OK\r\n"sv}) {
    expectRefused(line);
  }
}

TEST(HostileResponse, ControlBytesAreRefusedAtOnceWhereverTheyAre) {
  const std::string head = "HTTP/1.1 200 OK\r\nServer: b\r\n\r\n";
  for (const char byte : {'\0', '\x01', '\x0b', '\x0c', '\x1f', '\x7f'}) {
    for (std::size_t at = 0; at < head.size(); ++at) expectRefused(head.substr(0, at) + byte);
  }
}

TEST(HostileResponse, BareLineEndsAreRefused) {
  for (const std::string_view bytes :
       {"\n"sv, "HTTP/1.1 200 O\rK\r\n\r\n"sv, "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n"sv, "HTTP/1.1 200 OK\r\n\rX"sv,
        "HTTP/1.1 200 OK\nA: b\rC: d\n\n"sv, "HTTP/1.1 200 OK\nA: b\n\rC: d\n\n"sv, "HTTP/1.1 200 OK\n\rX"sv,
        "HTTP/1.1 200 OK\nA: b\r\r\n\r\n"sv, "HTTP/1.1 200 OK\r\r\n"sv}) {
    expectRefused(bytes);
  }
}

TEST(HostileResponse, ALfAloneAmongLinesThatEndWithCrLfIsRefused) {
  for (const std::string_view bytes :
       {"HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n"sv, "HTTP/1.1 200 OK\r\nA: b\n"sv, "HTTP/1.1 200 OK\r\n\n"sv,
        "HTTP/1.1 200 OK\r\nA: b\r\n\n"sv, "HTTP/1.1 200 OK\r\nA: b\n\n"sv, "HTTP/1.1 200 OK\nA: b\r\nC: d\n"sv,
        "HTTP/1.1 200 OK\nA: b\r\n\n"sv, "HTTP/1.1 200 OK\nA: b\nC: d\r\n"sv, "HTTP/1.1 200 OK\nA: b\n\r\n"sv,
        "HTTP/1.1 200 OK\nA: b\n c\r\n\n"sv, "HTTP/1.1 200 OK\n\r\nA: b\r\n\r\n"sv}) {
    expectRefused(bytes);
  }
}

TEST(HostileResponse, FoldsOnWhichFramingMayDependAreRefused) {
  for (const std::string name :
       {"Content-Length", "transfer-encoding", "CONNECTION", "Upgrade", "Trailer", "Content-Length ", "Connection\t"}) {
    expectFieldsRefused(name + ": 5\r\n 6\r\n");
    expectFieldsRefused(name + ":\r\n\t5\r\n");
    expectFieldsRefused("A: b\r\n " + name + ": 5\r\n");
    expectFieldsRefused("A: b\r\n c\r\n\t" + name + ": 5\r\n");
  }
  expectFieldsRefused("A: b\r\n Content-Length\r\n");
}

TEST(HostileResponse, FoldsOfNothingAreRefused) {
  expectRefused("HTTP/1.1 200 OK\r\n A: b\r\n\r\n");
  expectRefused("HTTP/1.1 200 OK\n A: b\n\n");
  expectRefused("HTTP/1.1 200 OK\r\n \r\n\r\n");
  for (const std::string_view lines : {"A: b\r\n \r\n"sv, "A: b\r\n\t \r\nC: d\r\n"sv, "A\r\n : b\r\n"sv,
                                       "A\r\n c: d\r\n"sv, "A: b\r\n c\0\r\n"sv, "A: b\r\n c\rd\r\n"sv}) {
    expectFieldsRefused(lines);
  }
}

TEST(HostileResponse, FieldLinesThatAreNoneAreRefused) {
  for (const std::string_view lines :
       {": b\r\n"sv, "A\r\n"sv, "A b: c\r\n"sv, "A b : c\r\n"sv, "A\xc2\xa0: b\r\n"sv, "A \xa0: b\r\n"sv,
        "A : b\r\nC D: e\r\n"sv, "A \r\n"sv, "A: b\r\n c\r\nD\r\n"sv}) {
    expectFieldsRefused(lines);
  }
}

TEST(HostileResponse, AFieldWithARepairedNameCountsForFraming) {
  expectFieldsRefused("Content-Length : 5\r\nTransfer-Encoding: chunked\r\n");
  expectFieldsRefused("Content-Length: 5\r\nTransfer-Encoding\t: chunked\r\n");
  expectFieldsRefused("Content-Length : 5\r\nContent-Length: 6\r\n");
  expectFieldsRefused("Content-Length : x\r\n");
  expectFieldsRefused("Transfer-Encoding : gzip\r\n", "http_response_transfer_coding");
}

TEST(HostileResponse, LengthBesideTransferEncodingIsRefused) {
  expectFieldsRefused("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
  expectFieldsRefused("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n");
  expectFieldsRefused("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n");
}

TEST(HostileResponse, LengthsOtherThanOnePlainNumberAreRefused) {
  for (const std::string value : {"+5", "-5", "5 5", "5,6", "0x5", "", "9223372036854775808", "99999999999999999999"}) {
    expectFieldsRefused("Content-Length: " + value + "\r\n");
  }
  expectFieldsRefused("Content-Length: 5\r\nContent-Length: 6\r\n");
}

TEST(HostileResponse, TransferCodingsOtherThanChunkedAloneAreRefused) {
  for (const std::string value : {"gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "xchunked", "identity",
                                  "", "chunked;a", ", chunked", "chunked,"}) {
    expectFieldsRefused("Transfer-Encoding: " + value + "\r\n", "http_response_transfer_coding");
  }
  expectFieldsRefused("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "http_response_transfer_coding");
  expectFieldsRefused("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "http_response_transfer_coding");
  expectRefused("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "http_response_transfer_coding");
}

TEST(HostileResponse, BrokenChunksAreAProtocolError) {
  for (const std::string_view body : {"x\r\n"sv, "-1\r\n"sv, "10000000000000000\r\n"sv, "5\n"sv, "0\r\nA : b\r\n\r\n"sv,
                                      "0\r\nA: b\n\r\n"sv, "0\r\nA: b\r\n c\r\n\r\n"sv, "0\n\n"sv}) {
    expectResponses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body), {},
                    {"head 200 OK 1.1 {Transfer-Encoding: chunked} chunked", "error http_protocol_error origin"});
  }
}

TEST(HostileResponse, BytesBehindAnAnswerWithoutABodyAreNoBody) {
  // The next answer is expected there, and these bytes are none.
  expectResponses("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello\r\n", {},
                  {"head 304 Not Modified 1.1 {Content-Length: 5} none", "end", "error http_protocol_error origin"});
}

}  // namespace
}  // namespace megaphone::http
