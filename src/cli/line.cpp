#include "line.h"

#include <algorithm>
#include <cxxopts.hpp>

#include "megaphone/base/nearest.h"
#include "megaphone/base/text.h"

namespace megaphone::cli {
namespace {

// Returns "-c" or "--config".
std::string written(std::string_view name) { return std::string(name.size() == 1 ? "-" : "--").append(name); }

// Returns the option or argument that an exception is about: cxxopts names it in its sentence only, between these
// quotes.
std::string culprit(const std::exception& error) {
  const std::string_view what = error.what();
  const std::size_t open = what.find(cxxopts::LQUOTE);
  const std::size_t close = what.rfind(cxxopts::RQUOTE);
  if (open == std::string_view::npos || close == std::string_view::npos || close <= open) return std::string(what);
  const std::size_t begin = open + cxxopts::LQUOTE.size();
  return std::string(what.substr(begin, close - begin));
}

UsageError unknownOption(std::span<const Option> options, const std::string& as_written) {
  std::vector<std::string_view> names;
  for (const Option& option : options) names.push_back(option.name);
  std::string_view name = as_written;
  name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
  const auto meant = nearest(name.substr(0, name.find('=')), names);
  return {"there is no option " + as_written,
          meant ? concat("did you mean --", *meant, "?") : "--help lists them; everything after -- is an argument"};
}

UsageError needsArgument(std::span<const Option> options, const std::string& name) {
  for (const Option& option : options) {
    if (option.name != name && option.letter != name) continue;
    return {written(name) + " needs a value", concat("write --", option.name, " ", option.argument)};
  }
  return {written(name) + " needs a value", "--help shows which"};
}

void define(cxxopts::Options& out, std::span<const Option> options) {
  auto add = out.add_options();
  for (const Option& option : options) {
    std::string names(option.letter);
    names.append(names.empty() ? "" : ",").append(option.name);
    const auto value = cxxopts::value<std::string>();
    if (option.needsValue()) {
      add(names, "", value);
    } else if (option.takesValue()) {
      add(names, "", value->implicit_value(""));
    } else {
      add(names, "");
    }
  }
}

std::optional<UsageError> findRepeated(std::span<const Option> options, const Line& line) {
  for (const Option& option : options) {
    if (option.repeatable || !option.takesValue()) continue;
    const auto same = [&](const Line::Given& given) { return given.name == option.name; };
    if (std::count_if(line.given.begin(), line.given.end(), same) > 1) {
      return UsageError{concat("--", option.name, " is given twice"), "give it once"};
    }
  }
  return std::nullopt;
}

}  // namespace

bool Line::has(std::string_view name) const {
  return std::any_of(given.begin(), given.end(), [&](const Given& each) { return each.name == name; });
}

std::optional<std::string> Line::value(std::string_view name) const {
  for (const Given& each : given) {
    if (each.name == name) return each.value;
  }
  return std::nullopt;
}

Line readLine(std::span<const Option> options, int argc, const char* const* argv) {
  Line line;
  try {
    cxxopts::Options parser("megaphone");
    define(parser, options);
    const cxxopts::ParseResult result = parser.parse(argc, argv);
    for (const auto& each : result.arguments()) line.given.push_back({each.key(), each.value()});
    line.operands = result.unmatched();
    line.error = findRepeated(options, line);
  } catch (const cxxopts::exceptions::no_such_option& error) {
    line.error = unknownOption(options, written(culprit(error)));
  } catch (const cxxopts::exceptions::invalid_option_syntax& error) {
    line.error = unknownOption(options, culprit(error));
  } catch (const cxxopts::exceptions::missing_argument& error) {
    line.error = needsArgument(options, culprit(error));
  } catch (const cxxopts::exceptions::option_requires_argument& error) {
    line.error = needsArgument(options, culprit(error));
  } catch (const cxxopts::exceptions::incorrect_argument_type& error) {
    // Only flags have a type that a text can miss.
    line.error = UsageError{concat("\"", culprit(error), "\" is given to an option that takes no value"),
                            "write the option alone"};
  } catch (const std::exception& error) {
    line.error = UsageError{error.what(), "--help lists the options"};
  }
  return line;
}

}  // namespace megaphone::cli
