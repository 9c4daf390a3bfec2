// Runs a fuzz harness without a fuzzer: every file of a corpus, then mutations of them that are the same on every run.
// Use: replay FOLDER [MUTATIONS]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Random = std::minstd_rand;

std::vector<std::string> readCorpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> corpus;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    std::string& input = corpus.emplace_back(std::filesystem::file_size(path), '\0');
    file.read(input.data(), static_cast<std::streamsize>(input.size()));
  }
  return corpus;
}

std::size_t below(Random& random, std::size_t bound) { return bound == 0 ? 0 : random() % bound; }

// Bytes and words at which protocols of lines break.
std::string_view interesting(Random& random) {
  using namespace std::string_view_literals;
  static constexpr std::string_view kWords[] = {"\r\n"sv,
                                                "\r"sv,
                                                "\n"sv,
                                                "\0"sv,
                                                " "sv,
                                                "\t"sv,
                                                ":"sv,
                                                ","sv,
                                                ";"sv,
                                                "0"sv,
                                                "f"sv,
                                                "\x80"sv,
                                                "\""sv,
                                                "\r\n\r\n"sv,
                                                "-"sv,
                                                "0\r\n\r\n"sv,
                                                "\x7f"sv,
                                                "\\"sv,
                                                "HTTP/"sv,
                                                "chunked"sv,
                                                "\r\n "sv,
                                                "1"sv,
                                                "%"sv,
                                                "\r\nA: b"sv,
                                                "Content-Length: 3\r\n"sv,
                                                "Transfer-Encoding: chunked\r\n"sv};
  return kWords[below(random, std::size(kWords))];
}

void mutate(std::string& input, const std::string& other, Random& random) {
  const std::size_t at = below(random, input.size() + 1);
  const std::size_t length = below(random, 12);
  switch (below(random, 6)) {
    case 0: input.insert(at, interesting(random)); break;
    case 1: input.erase(at, length); break;
    case 2: input.insert(at, std::string(input, at, length)); break;
    case 3:
      if (at < input.size()) input[at] = static_cast<char>(random() & 0xff);
      break;
    case 4: input.replace(at, std::min(length, input.size() - at), interesting(random)); break;
    default: input = input.substr(0, at) + other.substr(below(random, other.size() + 1)); break;
  }
}

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "use: %s FOLDER [MUTATIONS]\n", argv[0]);
    return EXIT_FAILURE;
  }
  const std::vector<std::string> corpus = readCorpus(argv[1]);
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: no corpus there\n", argv[1]);
    return EXIT_FAILURE;
  }
  for (const std::string& input : corpus) run(input);
  const unsigned long mutations = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
  Random random(1);
  for (unsigned long i = 0; i < mutations; ++i) {
    std::string input = corpus[below(random, corpus.size())];
    const std::size_t times = 1 + below(random, 4);
    for (std::size_t n = 0; n < times; ++n) mutate(input, corpus[below(random, corpus.size())], random);
    run(input);
  }
  std::printf("%zu inputs and %lu mutations\n", corpus.size(), mutations);
  return EXIT_SUCCESS;
}
