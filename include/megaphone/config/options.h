// Settings made of options of the command line, by the rules of the file and with its checks. Pure.
#pragma once

#include <span>
#include <string>

#include "megaphone/config/load.h"
#include "megaphone/config/provenance.h"

namespace megaphone::config {

// One value that an option gives to a key.
struct OptionValue {
  std::string option;  // "--proxy": stands in messages and as the origin
  ValueId value;       // of a section at the top of the file, with a key
  std::string text;    // as in quotes in the file
};

// Makes Settings of the values, and of defaults. Several values of one key are a list. Problems have no position. They
// name the option where a value cannot be read.
Loaded fromOptions(std::span<const OptionValue> values);

}  // namespace megaphone::config
