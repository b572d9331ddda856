using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Collectors.Middleware;
using Touchline.Collectors.Middleware.Redis;
using Touchline.Configuration;
using Touchline.Differential.Host;

namespace Touchline.Differential.Middleware;

/// <summary>Our collector and the real exporter, both told to ask the same server for the same.</summary>
internal static class RedisUnderTest
{
    public const string Password = "not-to-be-shown";

    public static RedisCollector Collector(TemporaryRedis server, RedisSelection selection, string? password = null, ILogger<RedisCollector>? logger = null, TimeSpan? keyTime = null) => new(
        new RedisOptions(server.Url, new MiddlewareCredentials(password is null ? null : new(password), null))
        {
            Timeout = TimeSpan.FromSeconds(30),
            KeyTime = keyTime ?? TimeSpan.FromSeconds(30),
            Selection = selection,
        }, TimeProvider.System, logger ?? NullLogger<RedisCollector>.Instance);

    public static Task<ExporterProcess> StartExporterAsync(TemporaryRedis server, string? password, CancellationToken cancellationToken, params string[] flags) => ExporterProcess.StartAsync(
        "prometheus-redis-exporter", address => ["-redis.addr", server.Url, .. password is null ? (string[])[] : ["-redis.password", password], "-web.listen-address", address, "-log-level", "ERROR", .. flags],
        new Dictionary<string, string>(), cancellationToken);

    public static string[] Families(Exposition exposition, Predicate<string> isMeant) =>
        [.. exposition.Families.Where(family => isMeant(family.Key)).Select(family => $"{family.Key} {family.Value}").Order(StringComparer.Ordinal)];

    public static Dictionary<string, double> Samples(Exposition exposition, string prefix) =>
        exposition.Samples.Where(sample => sample.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);

    public static ValueList<RedisKeyPattern> Keys(params string[] keys) => [.. keys.Select(key => RedisKeyPattern.TryParse(key)!)];
}
