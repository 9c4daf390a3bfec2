// OriginSources: what a loop has for those who dial: kept connections, connect jobs, and room for descriptors.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "connect_requests.h"
#include "idle_origins.h"

namespace megaphone::server {

// A seam: the tests of OriginDial have another one.
class OriginSources {
 public:
  using Owner = proxy::OriginPool::Session;  // who has what is bound to one session
  using Judge = std::function<bool(const Endpoint&)>;

  // See IdleOrigins.
  virtual std::optional<IdleOrigins::Taken> take(std::string_view key, proxy::Reuse reuse, Owner owner,
                                                 const Judge& judge) = 0;
  virtual void keep(std::string_view key, const IdleOrigins::Connection& connection, uv::Stream stream) = 0;
  virtual void forget(Owner owner) = 0;
  virtual void letPass(const Waiting& waiting) = 0;
  // Returns whether connections are kept at all now.
  virtual bool keeps() const = 0;
  // See ConnectRequests.
  virtual Result<connect::JobId> connect(connect::Job job, ConnectRequester& requester) = 0;
  virtual void cancel(connect::JobId id) = 0;
  // Makes room for the descriptor that has come, or for the next one; returns whether there is any.
  virtual bool hasRoomFor(int fd) = 0;
  virtual bool makeRoom() = 0;

 protected:
  ~OriginSources() = default;
};

// Those of a loop.
class LoopOriginSources final : public OriginSources {
 public:
  explicit LoopOriginSources(struct LoopContext& context) : context_(context) {}
  std::optional<IdleOrigins::Taken> take(std::string_view key, proxy::Reuse reuse, Owner owner,
                                         const Judge& judge) override;
  void keep(std::string_view key, const IdleOrigins::Connection& connection, uv::Stream stream) override;
  void forget(Owner owner) override;
  void letPass(const Waiting& waiting) override;
  bool keeps() const override;
  Result<connect::JobId> connect(connect::Job job, ConnectRequester& requester) override;
  void cancel(connect::JobId id) override;
  bool hasRoomFor(int fd) override;
  bool makeRoom() override;

 private:
  LoopContext& context_;
};

}  // namespace megaphone::server
