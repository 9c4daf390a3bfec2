// The table of guides. {proxy} and {pac} stand for the address of this proxy and of its PAC file, {host} and {port} for
// the parts of the former.
#include "megaphone/setup/guides.h"

#include <array>

namespace megaphone::setup {
namespace {

constexpr std::string_view kOpenPage = "Open http://megaphone.internal/ : the proxy itself answers.\n";
constexpr std::string_view kOpenHttps =
    "Open https://example.org/ . Where it does not come, http://megaphone.internal/why says why.\n";
constexpr std::string_view kCurlHttps =
    "  curl -sS -o /dev/null -w '%{http_connect}\\n' https://example.org/\n"
    "200 is the proxy's answer to CONNECT. What any other means, http://megaphone.internal/why says.\n";

constexpr std::array kGuides{
    Guide{"chromium", "Chromium, with a profile of its own",
          "  chromium --user-data-dir=\"$(mktemp -d)\" --proxy-pac-url={pac}\n"
          "google-chrome and microsoft-edge take the same. What is typed without https:// is tried by TLS first;\n"
          "--disable-features=HttpsUpgrades stops that.\n",
          kOpenPage, kOpenHttps, "Close the window. Your own profile has not been touched.\n"},
    Guide{"firefox", "Firefox",
          "In Settings, Network Settings, choose \"Automatic proxy configuration URL\" and give\n"
          "  {pac}\n"
          "or start one with a profile of its own:\n"
          "  profile=$(mktemp -d)\n"
          "  echo 'user_pref(\"network.proxy.type\", 2);' > \"$profile/user.js\"\n"
          "  echo 'user_pref(\"network.proxy.autoconfig_url\", \"{pac}\");' >> \"$profile/user.js\"\n"
          "  firefox --no-remote --profile \"$profile\"\n",
          kOpenPage, kOpenHttps,
          "Choose \"Use system proxy settings\" again, or close the window with the other profile.\n"},
    Guide{"gnome", "GNOME, and what follows its settings",
          "  gsettings set org.gnome.system.proxy autoconfig-url {pac}\n"
          "  gsettings set org.gnome.system.proxy mode auto\n",
          kOpenPage, kOpenHttps,
          "  gsettings reset org.gnome.system.proxy mode\n"
          "  gsettings reset org.gnome.system.proxy autoconfig-url\n"},
    Guide{"kde", "KDE Plasma 5, and what follows its settings (Plasma 6: kwriteconfig6)",
          "  kwriteconfig5 --file kioslaverc --group 'Proxy Settings' --key 'Proxy Config Script' {pac}\n"
          "  kwriteconfig5 --file kioslaverc --group 'Proxy Settings' --key ProxyType 2\n"
          "Programs that are started from now on use it.\n",
          kOpenPage, kOpenHttps, "  kwriteconfig5 --file kioslaverc --group 'Proxy Settings' --key ProxyType 0\n"},
    Guide{
        "windows", "Windows, and what follows its settings",
        "In Settings, Network & internet, Proxy, switch \"Use setup script\" on, or type in a command prompt:\n"
        "  reg add \"HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\" /v AutoConfigURL /d {pac} "
        "/f\n",
        kOpenPage, kOpenHttps,
        "  reg delete \"HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\" /v AutoConfigURL /f\n"},
    Guide{"macos", "macOS, and what follows its settings",
          "  networksetup -setautoproxyurl Wi-Fi {pac}\n"
          "networksetup -listallnetworkservices tells the names of others than Wi-Fi.\n",
          kOpenPage, kOpenHttps, "  networksetup -setautoproxystate Wi-Fi off\n"},
    Guide{"shell", "Programs that are started from this shell",
          "  export http_proxy=http://{proxy} https_proxy=http://{proxy} no_proxy=localhost,127.0.0.1,::1\n"
          "  export HTTPS_PROXY=$https_proxy NO_PROXY=$no_proxy\n"
          "Most read the small letters, some only the capitals.\n",
          "  curl http://megaphone.internal/\n", kCurlHttps,
          "  unset http_proxy https_proxy no_proxy HTTPS_PROXY NO_PROXY\n"},
    Guide{"curl", "curl, whoever starts it",
          "Once, it is curl -x {proxy} URL; always:\n"
          "  echo 'proxy = http://{proxy}' >> ~/.curlrc\n",
          "  curl http://megaphone.internal/\n", kCurlHttps,
          "  grep -vxF 'proxy = http://{proxy}' ~/.curlrc > ~/.curlrc.new; mv ~/.curlrc.new ~/.curlrc\n"},
    Guide{"apt", "apt and apt-get",
          "  echo 'Acquire::http::Proxy \"http://{proxy}\";' | sudo tee /etc/apt/apt.conf.d/90megaphone\n"
          "  echo 'Acquire::https::Proxy \"http://{proxy}\";' | sudo tee -a /etc/apt/apt.conf.d/90megaphone\n",
          "  /usr/lib/apt/apt-helper download-file http://megaphone.internal/ /tmp/megaphone.html\n",
          "  /usr/lib/apt/apt-helper download-file https://deb.debian.org/debian/README /tmp/README.html\n",
          "  sudo rm /etc/apt/apt.conf.d/90megaphone\n"},
    Guide{"git", "git, for http:// and https:// (not for ssh)", "  git config --global http.proxy http://{proxy}\n",
          "  git ls-remote http://megaphone.internal/\n"
          "\"not valid: is this a git repository?\" is right: the proxy itself has answered.\n",
          "  git ls-remote https://github.com/git/git.git HEAD\n", "  git config --global --unset http.proxy\n"},
    Guide{"npm", "npm",
          "  npm config set proxy http://{proxy}\n"
          "  npm config set https-proxy http://{proxy}\n",
          "  npm ping --registry=http://megaphone.internal/\n", "  npm ping --registry=https://registry.npmjs.org/\n",
          "  npm config delete proxy\n"
          "  npm config delete https-proxy\n"},
    Guide{"docker", "Docker, when it pulls images",
          "  sudo mkdir -p /etc/systemd/system/docker.service.d\n"
          "  printf '[Service]\\nEnvironment=HTTP_PROXY=http://{proxy} HTTPS_PROXY=http://{proxy}\\n' |\n"
          "    sudo tee /etc/systemd/system/docker.service.d/megaphone.conf\n"
          "  sudo systemctl daemon-reload && sudo systemctl restart docker\n"
          "Containers have a network of their own: they need an address of the proxy that they can reach.\n",
          "  docker info --format '{{.HTTPProxy}}'\n", "  docker pull hello-world\n",
          "  sudo rm /etc/systemd/system/docker.service.d/megaphone.conf\n"
          "  sudo systemctl daemon-reload && sudo systemctl restart docker\n"},
    Guide{"container", "Container builds (docker, podman, buildah)",
          "  docker build --build-arg http_proxy=http://{proxy} --build-arg https_proxy=http://{proxy} .\n"
          "podman and buildah take the same, and nothing of it stays in the image. In a build 127.0.0.1 is the "
          "container\n"
          "itself: name the proxy by an address of this machine, or add --network host.\n",
          "  printf 'FROM busybox\\nRUN wget -qO- http://megaphone.internal/\\n' |\n"
          "    docker build --no-cache --progress plain --build-arg http_proxy=http://{proxy} -\n",
          "  printf 'FROM alpine\\nRUN apk update\\n' |\n"
          "    docker build --no-cache --progress plain --build-arg https_proxy=http://{proxy} -\n",
          "Nothing is left: the next build without --build-arg has no proxy.\n"},
    Guide{"dnf", "dnf and yum", "  echo 'proxy=http://{proxy}' | sudo tee -a /etc/dnf/dnf.conf\n",
          "  sudo dnf repoquery --repofrompath=test,http://megaphone.internal/ --repo=test\n"
          "\"Failed to download metadata\" with \"repomd.xml\" is right: the proxy itself has answered.\n",
          "  sudo dnf makecache --refresh\n", "  sudo sed -i '\\|^proxy=http://{proxy}$|d' /etc/dnf/dnf.conf\n"},
    Guide{"wget", "wget, whoever starts it",
          "  printf 'http_proxy = http://{proxy}\\nhttps_proxy = http://{proxy}\\n' >> ~/.wgetrc\n",
          "  wget -qO- http://megaphone.internal/\n", "  wget -nv -O /dev/null https://example.org/\n",
          "  grep -vxF -e 'http_proxy = http://{proxy}' -e 'https_proxy = http://{proxy}' ~/.wgetrc > ~/.wgetrc.new\n"
          "  mv ~/.wgetrc.new ~/.wgetrc\n"},
    Guide{"pip", "pip", "  pip config set global.proxy http://{proxy}\n",
          "  pip download --no-deps --trusted-host megaphone.internal -i http://megaphone.internal/ megaphone\n"
          "\"No matching distribution found\" without a retry is right: the proxy itself has answered.\n",
          "  pip download --no-deps -d /tmp pip\n", "  pip config unset global.proxy\n"},
    Guide{"node", "Node.js 24 and later, and 22 from 22.21 on",
          "  export NODE_USE_ENV_PROXY=1 http_proxy=http://{proxy} https_proxy=http://{proxy}\n"
          "Older ones use a proxy only where the program does it itself.\n",
          "  node -e 'http.get(\"http://megaphone.internal/\", answer => answer.pipe(process.stdout))'\n",
          "  node -e 'https.get(\"https://example.org/\", answer => console.log(answer.statusCode))'\n",
          "  unset NODE_USE_ENV_PROXY http_proxy https_proxy\n"},
    Guide{"java", "Java, and what runs in it",
          "  export JAVA_TOOL_OPTIONS='-Dhttp.proxyHost={host} -Dhttp.proxyPort={port}\n"
          "    -Dhttps.proxyHost={host} -Dhttps.proxyPort={port}'\n"
          "Java says at each start that it has picked them up. They can stand on its command line, too.\n",
          "  echo 'System.out.println(new String(new "
          "URL(\"http://megaphone.internal/\").openStream().readAllBytes()))' |\n"
          "    jshell -s -\n",
          "  echo 'System.out.println(new URL(\"https://example.org/\").openConnection().getHeaderField(0))' | jshell "
          "-s -\n",
          "  unset JAVA_TOOL_OPTIONS\n"},
    Guide{"go", "The go command, and programs that are written in Go",
          "  export http_proxy=http://{proxy} https_proxy=http://{proxy} no_proxy=localhost,127.0.0.1,::1\n"
          "This is not GOPROXY, which names a server of modules; that is asked through the proxy, too.\n",
          "  GOPROXY=http://megaphone.internal/ GONOSUMDB='*' go list -m example.org/test@v1.0.0\n"
          "An error about invalid JSON is right: the proxy itself has answered.\n",
          "  GOPROXY=https://proxy.golang.org go list -m golang.org/x/text@latest\n",
          "  unset http_proxy https_proxy no_proxy\n"},
    Guide{"systemd", "A service of systemd, here example.service",
          "  sudo mkdir -p /etc/systemd/system/example.service.d\n"
          "  printf '[Service]\\nEnvironment=http_proxy=http://{proxy} https_proxy=http://{proxy}\\n' |\n"
          "    sudo tee /etc/systemd/system/example.service.d/megaphone.conf\n"
          "  sudo systemctl daemon-reload && sudo systemctl restart example.service\n"
          "Some programs read the capitals, HTTP_PROXY and HTTPS_PROXY, only: add them to the line.\n",
          "  systemctl show -p Environment example.service\n"
          "  sudo systemd-run -qP -p Environment=http_proxy=http://{proxy} curl -sS http://megaphone.internal/\n",
          "  sudo systemd-run -qP -p Environment=https_proxy=http://{proxy} curl -sSI https://example.org/\n",
          "  sudo rm /etc/systemd/system/example.service.d/megaphone.conf\n"
          "  sudo systemctl daemon-reload && sudo systemctl restart example.service\n"},
};

std::string fill(std::string_view text, const HostPort& proxy) {
  const std::array<std::pair<std::string_view, std::string>, 4> values{{{"{proxy}", proxy.text()},
                                                                        {"{pac}", pacUrl(proxy)},
                                                                        {"{host}", proxy.host},
                                                                        {"{port}", std::to_string(proxy.port)}}};
  std::string out(text);
  for (const auto& [name, value] : values) {
    for (std::size_t at = out.find(name); at != std::string::npos; at = out.find(name, at + value.size()))
      out.replace(at, name.size(), value);
  }
  return out;
}

}  // namespace

std::span<const Guide> guides() { return kGuides; }

bool usesPac(const Guide& guide) { return guide.use.find("{pac}") != std::string_view::npos; }

std::string pacUrl(const HostPort& proxy) { return "http://" + proxy.text() + "/proxy.pac"; }

std::vector<Step> steps(const Guide& guide, const HostPort& proxy) {
  return {{"Use it", fill(guide.use, proxy)},
          {"Test it", fill(guide.test, proxy)},
          {"Test HTTPS", fill(guide.https, proxy)},
          {"Undo it", fill(guide.undo, proxy)}};
}

std::string guideText(const Guide& guide, const HostPort& proxy) {
  std::string out(guide.title);
  out += "\n";
  for (const Step& step : steps(guide, proxy)) out.append("\n").append(step.heading).append(":\n").append(step.text);
  return out;
}

}  // namespace megaphone::setup
