using System.Globalization;
using StackExchange.Redis;
using Touchline.Model;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Writes all parameters of a server, or a Sentinel, without those that hold a secret.</summary>
internal static class RedisParameters
{
    /// <summary>The longest text of a parameter that is a label.</summary>
    private const int MaxLength = 1_024;

    public static void Write(IMetricWriter writer, IReadOnlyDictionary<string, RedisResult> parameters, bool ofSentinel)
    {
        var prefix = ofSentinel ? "redis_sentinel_config" : "redis_config";
        var what = ofSentinel ? "Sentinel global config key and value" : "Config key and value";
        var shown = parameters.Where(parameter => !IsSecret(parameter.Key)).Select(parameter => (parameter.Key, Value: RedisReply.Text(parameter.Value))).OrderBy(parameter => parameter.Key, StringComparer.Ordinal).ToList();
        writer.Family($"{prefix}_key_value", MetricType.Gauge, what);
        foreach (var (name, value) in shown.Where(parameter => parameter.Value.Length <= MaxLength))
        {
            writer.Sample(1, "key", name, "value", value);
        }
        writer.Family($"{prefix}_value", MetricType.Gauge, $"{what} as metric");
        foreach (var (name, value) in shown)
        {
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                writer.Sample(number, "key", name);
            }
        }
    }

    /// <summary>By the name, so that one of a later version is left out too.</summary>
    private static bool IsSecret(string name) =>
        name.Contains("pass", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase) || name.Equals("masterauth", StringComparison.OrdinalIgnoreCase);
}
