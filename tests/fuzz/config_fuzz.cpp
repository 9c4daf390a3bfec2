// Whatever stands in a configuration file, loading it gives either settings or errors; every problem lies inside the
// file and prints without control bytes; settings, written as a file, load to the same settings.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "harness.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/config/keys.h"
#include "megaphone/config/load.h"

namespace megaphone::fuzz {
namespace {

using config::Loaded;
using config::Problem;

Loaded loadFile(std::string_view text) {
  const UniqueFd file(::memfd_create("config", MFD_CLOEXEC));
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    fail("the harness cannot write a file", text);
  return config::load("/proc/self/fd/" + std::to_string(file.get()));
}

// Columns are counted in characters.
std::size_t columnsOf(std::string_view line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

void expectInside(const Problem& problem, std::string_view text) {
  const std::string where = std::to_string(problem.position.line) + ":" + std::to_string(problem.position.column);
  if (problem.message.empty()) fail("a problem says nothing", text);
  if (problem.position.line == 0) return;
  std::string_view rest = text;
  for (std::uint32_t line = 1; line < problem.position.line; ++line) {
    if (rest.find('\n') == std::string_view::npos) fail("a problem behind the last line: " + where, text);
    takeLine(rest);
  }
  const std::size_t columns = columnsOf(takeLine(rest));
  if (problem.position.column == 0 || problem.position.column > columns + 1)
    fail("a problem beside its line: " + where, text);
  if (problem.length == 0) fail("a problem underlines nothing: " + where, text);
}

void expectPrintable(const Problem& problem, std::string_view text) {
  for (const char c : config::format(problem, "f")) {
    const bool control = (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7f';
    if (control) fail("a control byte is printed", text);
  }
}

void expectReadsBack(const Loaded& loaded, std::string_view text) {
  const std::string written = config::toToml(*loaded.settings, loaded.provenance);
  const Loaded again = config::parse(written, "again");
  if (!again.settings)
    fail("what was loaded and written does not load: " + config::format(again.problems.front(), "again"), text);
  if (config::toToml(*again.settings) != config::toToml(*loaded.settings))
    fail("loads to other settings:\n" + written, text);
}

}  // namespace
}  // namespace megaphone::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone;
  const std::string_view text = fuzz::viewOf(data, size);
  const config::Loaded loaded = fuzz::loadFile(text);
  const bool refused = std::any_of(loaded.problems.begin(), loaded.problems.end(), [](const config::Problem& problem) {
    return problem.severity == config::Problem::Severity::error;
  });
  if (loaded.settings.has_value() == refused) fuzz::fail("neither settings nor an error, or both", text);
  for (const config::Problem& problem : loaded.problems) {
    fuzz::expectInside(problem, text);
    fuzz::expectPrintable(problem, text);
  }
  if (loaded.settings) fuzz::expectReadsBack(loaded, text);
  return 0;
}
