// load: makes Settings of a TOML file, or reports all of its problems at once.
//
// A file with an error is not used. A warning is reported, and the file is used nevertheless; a note explains how it
// was read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/config/machine.h"
#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"

namespace megaphone::config {

struct Problem {
  enum class Severity : std::uint8_t { error, warning, note };

  Severity severity = Severity::error;
  Position position;          // begin, 1-based; line 0: about the whole file
  std::uint32_t length = 1;   // of the underlined part
  std::string message;        // what is wrong, on what
  std::string excerpt;        // the line, or of a long line what is around the position
  std::uint32_t skipped = 0;  // characters of the line in front of the excerpt
  std::string help;           // one piece of advice, or ""
};

struct Loaded {
  std::optional<Settings> settings;  // present if and only if no problem is an error
  std::vector<Problem>
      problems;           // sorted by position; warnings and notes about the whole file last; a few hundred at most
  Provenance provenance;  // of every value that stands in the file
};

// Reads and checks a file. A file that cannot be read is one problem. Blocks: for the start and a reload.
Loaded load(const std::string& path, const Machine& machine = {});
// Reads and checks a text; `name` stands for the file in origins.
Loaded parse(std::string_view text, const std::string& name, const Machine& machine = {});

enum class Paint : std::uint8_t { plain, colours };  // colours for terminals

// Returns "FILE:LINE:COLUMN: error: MESSAGE", the line, carets under the value, and "help: …"; ends with a newline.
std::string format(const Problem& problem, const std::string& file, Paint paint = Paint::plain);
// Returns the same in one line, for a log: "FILE:LINE:COLUMN: MESSAGE (HELP)".
std::string summary(const Problem& problem, const std::string& file);

}  // namespace megaphone::config
