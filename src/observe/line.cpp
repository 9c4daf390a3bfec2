#include "megaphone/observe/line.h"

namespace megaphone::observe {

Fields has(config::LogFormat format) {
  using Format = config::LogFormat;
  return {.user_agent = format == Format::json || format == Format::logfmt || format == Format::combined,
          .referer = format == Format::combined};
}

void appendLine(std::string& out, const record::ExchangeRecord& record, config::LogFormat format,
                const LineOptions& options) {
  switch (format) {
    case config::LogFormat::combined: return appendCombinedLine(out, record, options);
    case config::LogFormat::squid: return appendSquidLine(out, record, options);
    case config::LogFormat::logfmt: return appendLogfmtLine(out, record, options);
    case config::LogFormat::text: return appendTextLine(out, record, options);
    case config::LogFormat::json:
    case config::LogFormat::inherit: break;
  }
  appendJsonLine(out, record, options);
}

}  // namespace megaphone::observe
