// Table: every section with its keys, once. Reading, writing, describing and the messages come from it.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "rules.h"

namespace megaphone::config {

template <class S, class T, class R>
struct Field {
  T S::*member;
  R rule;
};

template <class S>
using AnyField =
    std::variant<Field<S, bool, FlagRule>, Field<S, std::uint32_t, NumberRule>, Field<S, Duration, DurationRule>,
                 Field<S, std::uint64_t, SizeRule>, Field<S, std::string, NameRule>, Field<S, std::string, PathRule>,
                 Field<S, std::string, TextRule>, Field<S, bool, ChoiceRule<bool>>,
                 Field<S, std::vector<ListenOn>, ListenRule>, Field<S, std::vector<Endpoint>, AddressRule>,
                 Field<S, std::vector<NetworkEntry>, NetworkRule>, Field<S, std::vector<std::string>, SearchRule>,
                 Field<S, std::vector<HostPattern>, HostRule>, Field<S, std::vector<PortRange>, PortRule>,
                 Field<S, UppercaseTcp::Reply, ChoiceRule<UppercaseTcp::Reply>>,
                 Field<S, Log::Level, ChoiceRule<Log::Level>>, Field<S, ClientMention, ChoiceRule<ClientMention>>,
                 Field<S, Proxy::HalfClose, ChoiceRule<Proxy::HalfClose>>, Field<S, LogFormat, ChoiceRule<LogFormat>>>;

template <class S>
struct Key {
  std::string_view name;
  AnyField<S> field;
  std::string_view doc;
  bool required = false;
};

template <class S>
struct Section {
  std::string_view name;
  std::string_view doc;
  std::vector<Key<S>> keys;
};

const Section<UppercaseTcp>& uppercaseTcpSection();
const Section<UppercaseUdp>& uppercaseUdpSection();
const Section<Proxy>& proxySection();
const Section<DaemonSettings>& daemonSection();
const Section<Control>& controlSection();
const Section<Log>& logSection();
const Section<AccessLog>& accessLogSection();
const Section<Dns>& dnsSection();

// Calls visit(section, member of Settings) for each, in the order of the manual file. The member is one struct, or a
// vector of them for what is repeated.
template <class Visit>
void forEachSection(Visit&& visit) {
  visit(uppercaseTcpSection(), &Settings::uppercase_tcp);
  visit(uppercaseUdpSection(), &Settings::uppercase_udp);
  visit(proxySection(), &Settings::proxies);
  visit(daemonSection(), &Settings::daemon);
  visit(controlSection(), &Settings::control);
  visit(logSection(), &Settings::log);
  visit(accessLogSection(), &Settings::access_log);
  visit(dnsSection(), &Settings::dns);
}

}  // namespace megaphone::config
