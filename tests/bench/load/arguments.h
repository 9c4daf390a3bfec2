// Arguments: "--name value" pairs behind the name of a command. A name that the command does not know is an error.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace bench {

class Arguments {
 public:
  // Reads up to the end or to "--"; what stands behind that is rest(). Exits with 2 for what is no pair.
  Arguments(int argc, char** argv, int first);

  std::string text(const std::string& name, const std::string& otherwise = "");
  long number(const std::string& name, long otherwise);
  double seconds(const std::string& name, double otherwise);
  std::vector<int> ports(const std::string& name);  // "18100-18103,18110"
  char** rest() const { return rest_; }             // ends with a null pointer

  // Exits with 2 when one was given that nobody has asked for.
  void endOfQuestions() const;

 private:
  std::map<std::string, std::string> values_;
  std::set<std::string> asked_;
  char** rest_ = nullptr;
};

}  // namespace bench
