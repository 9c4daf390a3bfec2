#include <algorithm>

#include "members.h"

namespace megaphone::observe {
namespace {

using json::Name;

// Whether a value needs no quotes.
bool isBare(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '='; });
}

// Writes key=value for each member; otherwise like json::Object.
class Pairs {
 public:
  explicit Pairs(std::string& out) : out_(out) {}

  void number(const Name& name, std::uint64_t value) { ascii::appendDecimal(key(name), value); }
  void boolean(const Name& name, bool value) { key(name) += value ? "true" : "false"; }
  void text(const Name& name, std::string_view value) { text(name, {&value, 1}); }
  void text(const Name& name, std::span<const std::string_view> pieces) {
    key(name);
    const bool bare = std::all_of(pieces.begin(), pieces.end(), isBare);
    if (!bare) out_ += '"';
    for (const std::string_view piece : pieces) json::appendEscaped(out_, piece);
    if (!bare) out_ += '"';
  }
  void textIfAny(const Name& name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  template <class Append>
  void plain(const Name& name, Append&& append) {
    append(key(name));
  }
  void milliseconds(const Name& name, Duration duration) {
    if (duration >= Duration::zero()) ascii::appendMilliseconds(key(name), duration);
  }

 private:
  std::string& key(const Name& name) {
    if (!first_) out_ += ' ';
    first_ = false;
    out_ += name.bare();
    return out_ += '=';
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace

void appendLogfmtLine(std::string& out, const record::ExchangeRecord& record, const LineOptions& options) {
  Pairs pairs(out);
  appendMembers(pairs, record, options);
  out += '\n';
}

}  // namespace megaphone::observe
