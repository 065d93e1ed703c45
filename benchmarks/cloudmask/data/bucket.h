#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/download.h"

namespace sciwright::cloudmask {

/// One object of a bucket.
struct BucketObject {
  std::string key;
  std::int64_t num_bytes = 0;

  bool operator==(const BucketObject&) const = default;
};

/// One page of a listing.
struct BucketPage {
  std::vector<BucketObject> objects;
  std::string next_token;  ///< To ask for the next page with; empty on the last.
};

/// Reads the answer of S3's ListObjectsV2 (XML). Throws a failure that quotes the beginning of a
/// text that is none, and names the error code of an S3 error.
BucketPage parse_bucket_page(const std::string& xml, const std::string& url);

/// All objects whose keys begin with `prefix`, by key, page by page, without signing requests.
/// `bucket_url` is endpoint and bucket ("https://host/bucket"). Throws as io::fetch_text.
std::vector<BucketObject> list_bucket(const std::string& bucket_url, const std::string& prefix,
                                      const io::DownloadOptions& options);

/// The address of an object; slashes of the key stay.
std::string object_url(const std::string& bucket_url, const std::string& key);

}  // namespace sciwright::cloudmask
