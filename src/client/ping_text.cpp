#include "ping_text.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace megaphone::client {
namespace {

using Kind = PingEvent::Kind;

// A result in words: for programs, and for people at the end of a line.
struct Words {
  std::string_view word;
  std::string_view remark;
};

Words wordsOf(Kind kind) {
  switch (kind) {
    case Kind::answer: return {"complete", ""};
    case Kind::reordered: return {"reordered", ", out of order"};
    case Kind::duplicate: return {"duplicate", ", a duplicate"};
    case Kind::stray: return {"stray", ", an answer to no question of this run"};
    case Kind::wrong: return {"wrong", ", wrong"};
    case Kind::overdue: return {"overdue", ", no answer in time"};
  }
  return {};
}

std::string exact(Duration duration) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(3) << toMilliseconds(duration);
  return out.str();
}

std::string percent(double share) {
  std::ostringstream out;
  out << std::setprecision(3) << share * 100 << " %";
  return out.str();
}

void addCount(std::string& out, std::uint64_t count, std::string_view what) {
  if (count > 0) out.append(", ").append(std::to_string(count)).append(" ").append(what);
}

std::string tripsText(const RoundTrips& trips) {
  return "round trip min/avg/max/dev " + exact(trips.least()) + "/" + exact(trips.mean()) + "/" + exact(trips.most()) +
         "/" + exact(trips.deviation()) + " ms\n" + "percentiles 50/90/99/99.9 " + exact(trips.percentile(0.5)) + "/" +
         exact(trips.percentile(0.9)) + "/" + exact(trips.percentile(0.99)) + "/" + exact(trips.percentile(0.999)) +
         " ms\n";
}

}  // namespace

std::string eventText(const PingEvent& event, std::size_t size, const Place& place) {
  std::string out =
      event.kind == Kind::overdue ? place.address + ": " : counted(size, "byte") + " from " + place.address + ": ";
  out += event.number ? "number " + std::to_string(*event.number) : "a number that cannot be read";
  if (event.took >= Duration::zero()) out += ", " + exact(event.took) + " ms";
  return out.append(wordsOf(event.kind).remark) += '\n';
}

std::string eventLine(const PingEvent& event) {
  std::string out;
  {
    json::Object object(out);
    object.text("kind", "answer");
    if (event.number) object.number("number", *event.number);
    object.milliseconds("ms", event.took);
    object.text("end", wordsOf(event.kind).word);
  }
  return out += '\n';
}

std::string figuresText(const PingFigures& figures, const Place& place, Duration total) {
  std::string out = "\n--- " + place.text() + " ---\n" + std::to_string(figures.sent) + " sent, " +
                    std::to_string(figures.answered) + " answered, " + std::to_string(figures.lost()) + " lost (" +
                    percent(figures.lostShare()) + ")";
  addCount(out, figures.wrong, "wrong");
  addCount(out, figures.duplicates, figures.duplicates == 1 ? "duplicate" : "duplicates");
  addCount(out, figures.reordered, "out of order");
  addCount(out, figures.strays, figures.strays == 1 ? "stray" : "strays");
  addCount(out, figures.errors, figures.errors == 1 ? "refusal" : "refusals");
  addCount(out, figures.under_way, "still under way");
  const double seconds = std::chrono::duration<double>(total).count();
  std::ostringstream rate;
  rate << ", in " << std::fixed << std::setprecision(seconds < 10 ? 2 : 1) << seconds << " s";
  if (seconds > 0) rate << ", " << std::setprecision(0) << static_cast<double>(figures.sent) / seconds << "/s";
  out += rate.str() + "\n";
  return figures.answered > 0 ? out + tripsText(figures.round_trips) : out;
}

std::string histogramText(const RoundTrips& round_trips) {
  constexpr std::size_t kBars = 10;
  constexpr std::size_t kWidth = 40;
  const auto bars = round_trips.bars(kBars);
  std::uint64_t most = 1;
  for (const auto& bar : bars) most = std::max(most, bar.count);
  const auto digits = static_cast<int>(exact(round_trips.most()).size());
  const auto countDigits = static_cast<int>(std::to_string(most).size());
  std::ostringstream out;
  for (const auto& bar : bars) {
    const auto length = static_cast<std::size_t>((bar.count * kWidth + most - 1) / most);
    out << "  " << std::setw(digits) << exact(bar.from) << " .. " << std::setw(digits) << exact(bar.to) << " ms  "
        << std::string(length, '#') << std::string(kWidth - length, ' ') << "  " << std::setw(countDigits) << bar.count
        << "\n";
  }
  return out.str();
}

void addFigures(json::Object& object, const PingFigures& figures) {
  object.number("sent", figures.sent);
  object.number("answered", figures.answered);
  object.number("lost", figures.lost());
  object.number("wrong", figures.wrong);
  object.number("duplicates", figures.duplicates);
  object.number("reordered", figures.reordered);
  object.number("strays", figures.strays);
  object.number("errors", figures.errors);
  object.number("under_way", figures.under_way);
  const RoundTrips& trips = figures.round_trips;
  if (trips.count() == 0) return;
  object.milliseconds("ms_min", trips.least());
  object.milliseconds("ms_avg", trips.mean());
  object.milliseconds("ms_max", trips.most());
  object.milliseconds("ms_dev", trips.deviation());
  object.milliseconds("ms_p50", trips.percentile(0.5));
  object.milliseconds("ms_p90", trips.percentile(0.9));
  object.milliseconds("ms_p99", trips.percentile(0.99));
  object.milliseconds("ms_p999", trips.percentile(0.999));
}

}  // namespace megaphone::client
