// Service: one socket of a listener on one loop, and what is served there.
#pragma once

namespace megaphone::server {

class Service {
 public:
  virtual ~Service() = default;

  // Serves from now on as the loop's Listeners say. Returns whether they have this socket still, for the same
  // transport.
  virtual bool serveAsConfigured() = 0;
  // Other captures run than before.
  virtual void captureChanged() {}
  // Takes what has already arrived, and closes. Returns false while not all of it is taken: it is to be called again.
  virtual bool finish() { return true; }
};

}  // namespace megaphone::server
