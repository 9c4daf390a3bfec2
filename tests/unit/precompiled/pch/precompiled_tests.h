// The headers of most test sources, compiled once for all test programs.
#include <gtest/gtest.h>

#include "../../../../include/precompiled/pch/precompiled.h"
