// The table of guides. {proxy} and {pac} stand for the address of this proxy and of its PAC file.
#include "megaphone/setup/guides.h"

#include <array>

namespace megaphone::setup {
namespace {

constexpr std::string_view kOpenPage = "Open http://megaphone.internal/ : the proxy itself answers.\n";

constexpr std::array kGuides{
    Guide{"chromium", "Chromium, with a profile of its own",
          "  chromium --user-data-dir=\"$(mktemp -d)\" --proxy-pac-url={pac}\n"
          "google-chrome and microsoft-edge take the same. What is typed without https:// is tried by TLS first;\n"
          "--disable-features=HttpsUpgrades stops that.\n",
          kOpenPage, "Close the window. Your own profile has not been touched.\n"},
    Guide{"firefox", "Firefox",
          "In Settings, Network Settings, choose \"Automatic proxy configuration URL\" and give\n"
          "  {pac}\n"
          "or start one with a profile of its own:\n"
          "  profile=$(mktemp -d)\n"
          "  echo 'user_pref(\"network.proxy.type\", 2);' > \"$profile/user.js\"\n"
          "  echo 'user_pref(\"network.proxy.autoconfig_url\", \"{pac}\");' >> \"$profile/user.js\"\n"
          "  firefox --no-remote --profile \"$profile\"\n",
          kOpenPage, "Choose \"Use system proxy settings\" again, or close the window with the other profile.\n"},
    Guide{"gnome", "GNOME, and what follows its settings",
          "  gsettings set org.gnome.system.proxy autoconfig-url {pac}\n"
          "  gsettings set org.gnome.system.proxy mode auto\n",
          kOpenPage,
          "  gsettings reset org.gnome.system.proxy mode\n"
          "  gsettings reset org.gnome.system.proxy autoconfig-url\n"},
    Guide{"kde", "KDE Plasma 5, and what follows its settings (Plasma 6: kwriteconfig6)",
          "  kwriteconfig5 --file kioslaverc --group 'Proxy Settings' --key 'Proxy Config Script' {pac}\n"
          "  kwriteconfig5 --file kioslaverc --group 'Proxy Settings' --key ProxyType 2\n"
          "Programs that are started from now on use it.\n",
          kOpenPage, "  kwriteconfig5 --file kioslaverc --group 'Proxy Settings' --key ProxyType 0\n"},
    Guide{
        "windows", "Windows, and what follows its settings",
        "In Settings, Network & internet, Proxy, switch \"Use setup script\" on, or type in a command prompt:\n"
        "  reg add \"HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\" /v AutoConfigURL /d {pac} "
        "/f\n",
        kOpenPage,
        "  reg delete \"HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\" /v AutoConfigURL /f\n"},
    Guide{"macos", "macOS, and what follows its settings",
          "  networksetup -setautoproxyurl Wi-Fi {pac}\n"
          "networksetup -listallnetworkservices tells the names of others than Wi-Fi.\n",
          kOpenPage, "  networksetup -setautoproxystate Wi-Fi off\n"},
    Guide{"shell", "Programs that are started from this shell",
          "  export http_proxy=http://{proxy} https_proxy=http://{proxy} no_proxy=localhost,127.0.0.1,::1\n"
          "  export HTTPS_PROXY=$https_proxy NO_PROXY=$no_proxy\n"
          "Most read the small letters, some only the capitals.\n",
          "  curl http://megaphone.internal/\n", "  unset http_proxy https_proxy no_proxy HTTPS_PROXY NO_PROXY\n"},
    Guide{"curl", "curl, whoever starts it",
          "Once, it is curl -x {proxy} URL; always:\n"
          "  echo 'proxy = http://{proxy}' >> ~/.curlrc\n",
          "  curl http://megaphone.internal/\n",
          "  grep -vxF 'proxy = http://{proxy}' ~/.curlrc > ~/.curlrc.new; mv ~/.curlrc.new ~/.curlrc\n"},
    Guide{"apt", "apt and apt-get",
          "  echo 'Acquire::http::Proxy \"http://{proxy}\";' | sudo tee /etc/apt/apt.conf.d/90megaphone\n"
          "  echo 'Acquire::https::Proxy \"http://{proxy}\";' | sudo tee -a /etc/apt/apt.conf.d/90megaphone\n",
          "  /usr/lib/apt/apt-helper download-file http://megaphone.internal/ /tmp/megaphone.html\n",
          "  sudo rm /etc/apt/apt.conf.d/90megaphone\n"},
    Guide{"git", "git, for http:// and https:// (not for ssh)", "  git config --global http.proxy http://{proxy}\n",
          "  git ls-remote http://megaphone.internal/\n"
          "\"not valid: is this a git repository?\" is right: the proxy itself has answered.\n",
          "  git config --global --unset http.proxy\n"},
    Guide{"npm", "npm",
          "  npm config set proxy http://{proxy}\n"
          "  npm config set https-proxy http://{proxy}\n",
          "  npm ping --registry=http://megaphone.internal/\n",
          "  npm config delete proxy\n"
          "  npm config delete https-proxy\n"},
    Guide{"docker", "Docker, when it pulls images",
          "  sudo mkdir -p /etc/systemd/system/docker.service.d\n"
          "  printf '[Service]\\nEnvironment=HTTP_PROXY=http://{proxy} HTTPS_PROXY=http://{proxy}\\n' |\n"
          "    sudo tee /etc/systemd/system/docker.service.d/megaphone.conf\n"
          "  sudo systemctl daemon-reload && sudo systemctl restart docker\n"
          "Containers have a network of their own: they need an address of the proxy that they can reach.\n",
          "  docker info --format '{{.HTTPProxy}}'\n",
          "  sudo rm /etc/systemd/system/docker.service.d/megaphone.conf\n"
          "  sudo systemctl daemon-reload && sudo systemctl restart docker\n"},
};

std::string fill(std::string_view text, const HostPort& proxy) {
  const std::array<std::pair<std::string_view, std::string>, 2> values{
      {{"{proxy}", proxy.text()}, {"{pac}", pacUrl(proxy)}}};
  std::string out(text);
  for (const auto& [name, value] : values) {
    for (std::size_t at = out.find(name); at != std::string::npos; at = out.find(name, at + value.size()))
      out.replace(at, name.size(), value);
  }
  return out;
}

}  // namespace

std::span<const Guide> guides() { return kGuides; }

std::string pacUrl(const HostPort& proxy) { return "http://" + proxy.text() + "/proxy.pac"; }

std::vector<Step> steps(const Guide& guide, const HostPort& proxy) {
  return {
      {"Use it", fill(guide.use, proxy)}, {"Test it", fill(guide.test, proxy)}, {"Undo it", fill(guide.undo, proxy)}};
}

std::string guideText(const Guide& guide, const HostPort& proxy) {
  std::string out(guide.title);
  out += "\n";
  for (const Step& step : steps(guide, proxy)) out.append("\n").append(step.heading).append(":\n").append(step.text);
  return out;
}

}  // namespace megaphone::setup
