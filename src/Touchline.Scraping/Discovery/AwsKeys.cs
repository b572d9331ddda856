using Touchline.Configuration;

namespace Touchline.Scraping.Discovery;

/// <summary>What requests to AWS are signed with.</summary>
/// <param name="AccessKey">Names the key; no secret.</param>
/// <param name="SecretKey">The key.</param>
/// <param name="Token">Goes along with keys that are lent; null with others.</param>
/// <param name="ExpiresAt">When keys that are lent end.</param>
internal sealed record AwsKeys(string AccessKey, Secret SecretKey, Secret? Token, DateTimeOffset ExpiresAt);
