#include "cloudmask/data/bucket.h"

#include <algorithm>
#include <sstream>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::cloudmask {
namespace {

using Tree = boost::property_tree::ptree;

Error no_listing(const std::string& url, const std::string& found) {
  constexpr std::size_t kShown = 80;
  return Error(ErrorKind::kFailure,
               fmt::format("{}: the server answers '{}', expected a listing of "
                           "the bucket (ListBucketResult)",
                           url, found.substr(0, kShown)));
}

Tree parse_xml(const std::string& xml, const std::string& url) {
  std::istringstream in(xml);
  Tree tree;
  try {
    boost::property_tree::read_xml(in, tree);
  } catch (const boost::property_tree::xml_parser_error&) {
    throw no_listing(url, xml);  // the parser's only way to say so
  }
  return tree;
}

}  // namespace

BucketPage parse_bucket_page(const std::string& xml, const std::string& url) {
  const Tree tree = parse_xml(xml, url);
  const auto result = tree.get_child_optional("ListBucketResult");
  if (!result) throw no_listing(url, tree.get("Error.Code", xml));
  BucketPage page;
  for (const auto& [name, item] : *result) {
    if (name != "Contents") continue;
    page.objects.push_back({item.get("Key", ""), item.get<std::int64_t>("Size", -1)});
    if (page.objects.back().key.empty() || page.objects.back().num_bytes < 0) {
      throw no_listing(url, "Contents without Key or Size");
    }
  }
  if (result->get("IsTruncated", "false") == "true") {
    page.next_token = result->get("NextContinuationToken", "");
    if (page.next_token.empty()) throw no_listing(url, "IsTruncated without NextContinuationToken");
  }
  return page;
}

std::vector<BucketObject> list_bucket(const std::string& bucket_url, const std::string& prefix,
                                      const io::DownloadOptions& options) {
  std::vector<BucketObject> objects;
  std::string token;
  do {
    std::string url = fmt::format("{}?list-type=2&prefix={}", bucket_url, io::url_encoded(prefix));
    if (!token.empty()) url += "&continuation-token=" + io::url_encoded(token);
    BucketPage page = parse_bucket_page(io::fetch_text(url, options), url);
    objects.insert(objects.end(), page.objects.begin(), page.objects.end());
    token = std::move(page.next_token);
  } while (!token.empty());
  std::sort(objects.begin(), objects.end(),
            [](const BucketObject& a, const BucketObject& b) { return a.key < b.key; });
  return objects;
}

std::string object_url(const std::string& bucket_url, const std::string& key) {
  std::string url = bucket_url;
  for (std::size_t start = 0; start <= key.size();) {
    const std::size_t end = std::min(key.find('/', start), key.size());
    url += "/" + io::url_encoded(key.substr(start, end - start));
    start = end + 1;
  }
  return url;
}

}  // namespace sciwright::cloudmask
