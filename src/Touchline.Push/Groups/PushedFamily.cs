using Touchline.Scraping.Families;

namespace Touchline.Push.Groups;

/// <summary>A family of a group, and when it came.</summary>
public sealed record PushedFamily(MetricFamily Family, DateTimeOffset Time);
