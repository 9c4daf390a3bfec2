#include "megaphone/config/provenance.h"

#include "megaphone/base/text.h"

namespace megaphone::config {
namespace {

std::string nameOf(const ValueId& value) { return concat(value.section, " ", value.index, " ", value.key); }

}  // namespace

void Provenance::set(const ValueId& value, std::string origin, const Span& span, std::vector<Span> elements) {
  all_.insert_or_assign(nameOf(value), Source{State::set, std::move(origin), span, std::move(elements)});
}

void Provenance::setUnreadable(const ValueId& value, std::string origin, const Span& span, std::vector<Span> elements) {
  all_.insert_or_assign(nameOf(value), Source{State::unreadable, std::move(origin), span, std::move(elements)});
}

void Provenance::setDefault(const ValueId& value, std::string origin) {
  all_.insert_or_assign(nameOf(value), Source{State::standard, std::move(origin), {}, {}});
}

const Provenance::Source* Provenance::find(const ValueId& value) const {
  const auto found = all_.find(nameOf(value));
  return found == all_.end() ? nullptr : &found->second;
}

Provenance::State Provenance::stateOf(const ValueId& value) const {
  const Source* source = find(value);
  return source ? source->state : State::standard;
}

std::string_view Provenance::of(const ValueId& value) const {
  const Source* source = find(value);
  return source ? std::string_view(source->origin) : "default";
}

Span Provenance::at(const ValueId& value) const {
  const Source* source = find(value);
  return source ? source->span : Span{};
}

Span Provenance::at(const ValueId& value, std::size_t element) const {
  const Source* source = find(value);
  return source && element < source->elements.size() ? source->elements[element] : at(value);
}

}  // namespace megaphone::config
