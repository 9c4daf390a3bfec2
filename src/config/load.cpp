#include "megaphone/config/load.h"

#include <utility>

#include "bounds.h"
#include "checks.h"
#include "defaults.h"
#include "file.h"
#include "megaphone/config/descriptors.h"
#include "megaphone/config/options.h"
#include "option_nodes.h"
#include "recovery.h"
#include "table.h"

namespace megaphone::config {
namespace {

// Makes Settings of a tree of nodes. `name`: as written in origins.
void settle(const Node& root, const std::string& name, const Machine& machine, Report& report, Loaded& out) {
  Settings settings;
  settings.file = name;
  readTable(fileSection(), TablePath{}, root, TableReader(name, out.provenance, report), settings);
  applyBounds(settings, out.provenance, report);
  nameListeners(settings);
  const std::string lowered = fitDefaults(settings, out.provenance, machine);
  if (!lowered.empty() && machine.occasion == Occasion::start) report.note(lowered, std::string(kDescriptorAdvice));
  checkAll({settings, out.provenance, machine, report});
  if (!report.hasErrors()) out.settings = std::move(settings);
}

}  // namespace

Loaded parse(std::string_view text, const std::string& name, const Machine& machine) {
  Loaded out;
  Report report(text);
  if (const auto root = readLeniently(text, report)) settle(*root, name, machine, report, out);
  out.problems = report.take();
  return out;
}

Loaded fromOptions(std::span<const OptionValue> values) {
  Loaded out;
  Report report("");
  settle(nodesOf(values), "", {}, report, out);
  out.problems = report.take();
  return out;
}

Loaded load(const std::string& path, const Machine& machine) {
  std::string text;
  auto problem = readFile(path, machine.occasion == Occasion::reload ? Pipes::refused : Pipes::read, text);
  if (!problem) return parse(text, path, machine);
  Loaded out;
  out.problems.push_back(*std::move(problem));
  return out;
}

}  // namespace megaphone::config
