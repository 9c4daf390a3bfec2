// Load: clients in a closed loop. Each begins its next piece of work when one is done; with a limit on how many work at
// once they take turns, and the others keep their connections open.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "poller.h"
#include "tally.h"

namespace bench {

class Client;

class Load {
 public:
  // `atOnce`: how many clients may have work in flight; 0: all.
  Load(double seconds, std::size_t atOnce);
  ~Load();

  Poller poller;
  Tally tally;

  void add(std::unique_ptr<Client> client);
  std::vector<std::unique_ptr<Client>>& clients() { return clients_; }
  // Runs until the time is over and nothing is in flight.
  void run();
  bool stopping() const;

 private:
  friend class Client;
  bool giveUp() const;
  bool nothingLeft() const;
  void begin();
  void look(Nanoseconds time);
  void startMore();

  double seconds_;
  std::size_t atOnce_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::deque<Client*> waiting_;  // for their turn
  std::size_t active_ = 0;
  Nanoseconds end_ = 0;
};

// One connection's worth of load.
class Client : public Handler {
 public:
  explicit Client(Load& load) : Handler(load.poller), load_(load) {}

  // Does the next piece of work; opens a connection where there is none. Calls setBusy(true).
  virtual void start() = 0;
  // It has been busy for too long.
  virtual void overdue() = 0;

 protected:
  Load& load() { return load_; }
  Tally& tally() { return load_.tally; }
  bool stopping() const { return load_.stopping(); }
  bool busy() const { return busy_; }
  void setBusy(bool busy);
  // The work is done: the next, or another client's turn.
  void nextTurn();
  // Counts an error and closes; a new connection is tried after a pause.
  void fail(const char* kind, std::string_view detail = {});
  void startAgainLater() { startsAgain_ = true; }

  Nanoseconds since_ = 0;  // the beginning of the work, or its last progress

 private:
  friend class Load;
  Load& load_;
  bool busy_ = false;
  bool startsAgain_ = false;
};

}  // namespace bench
