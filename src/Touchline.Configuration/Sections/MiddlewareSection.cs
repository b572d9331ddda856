using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>The <c>middleware</c> section, which is Touchline's own: servers by their kind, each a URL or a section with one. One that is wrong is skipped, the others are watched.</summary>
internal static class MiddlewareSection
{
    /// <summary>What a question may take where the interval allows it.</summary>
    private const long DefaultTimeoutMs = 5_000;

    private static readonly Kind PostgreSql = new("postgresql", ["postgresql", "postgres"], 5432, "postgresql://user@host:5432/database");
    private static readonly Kind Redis = new("redis", ["redis", "rediss"], 6379, "redis://host:6379");

    public static MiddlewareConfig Read(ReadingContext context, MappingReader root, GlobalConfig global)
    {
        if (root.Mapping("middleware") is not { } node)
        {
            return new MiddlewareConfig();
        }
        var section = context.Section(node, PrometheusKeys.Middleware);
        return new MiddlewareConfig { PostgreSql = ReadServers(context, section, PostgreSql, global), Redis = ReadServers(context, section, Redis, global) };
    }

    private static List<MiddlewareServerConfig> ReadServers(ReadingContext context, MappingReader section, Kind kind, GlobalConfig global)
    {
        var servers = new List<MiddlewareServerConfig>();
        foreach (var item in section.Items(kind.Key, "a list of servers"))
        {
            if (ReadServer(context, item, kind, global) is not { } server)
            {
                continue;
            }
            if (servers.Exists(other => other.Name == server.Name))
            {
                context.Findings.Error(item, $"{kind.Key} has {QuotedString.Of(server.Name)} twice: give one of them another name");
                continue;
            }
            servers.Add(server);
        }
        return servers;
    }

    private static MiddlewareServerConfig? ReadServer(ReadingContext context, ConfigNode item, Kind kind, GlobalConfig global)
    {
        var defaults = new MiddlewareServerConfig(new Secret("")) { ScrapeIntervalMs = global.ScrapeIntervalMs, ScrapeTimeoutMs = Math.Min(DefaultTimeoutMs, global.ScrapeIntervalMs) };
        switch (item)
        {
            case ScalarNode { IsNull: false } url:
                return WithUrl(context, defaults, url, url.Value, kind);
            case MappingNode node:
                return ReadSection(context, node, kind, defaults);
            default:
                context.Findings.Error(item, $"an item of {kind.Key} is a URL, as {kind.Example}, or keys and values with one: url, name, password_file");
                return null;
        }
    }

    private static MiddlewareServerConfig? ReadSection(ReadingContext context, MappingNode node, Kind kind, MiddlewareServerConfig defaults)
    {
        var section = context.Section(node, kind == PostgreSql ? PrometheusKeys.PostgreSqlServer : PrometheusKeys.RedisServer);
        if (section["url"] is not ScalarNode url)
        {
            context.Findings.Error(node, $"the server has no url, as {kind.Example}");
            return null;
        }
        var interval = section.Duration("scrape_interval") is > 0 and var given ? given : defaults.ScrapeIntervalMs;
        var server = defaults with
        {
            Name = section.Text("name") ?? "",
            Password = HttpClientSection.ReadSecret(section, "password"),
            PasswordFile = context.FilePath(section, "password_file", FileReferenceKind.Credentials),
            ScrapeIntervalMs = interval,
            ScrapeTimeoutMs = section.Duration("scrape_timeout") is > 0 and var timeout ? timeout : Math.Min(DefaultTimeoutMs, interval),
            ShowsSettings = section.Boolean("settings", absent: true),
            Postgres = kind == PostgreSql ? MiddlewareSelections.ReadPostgres(context, section) : defaults.Postgres,
            Redis = kind == Redis ? MiddlewareSelections.ReadRedis(context, section) : defaults.Redis,
        };
        if (server.ScrapeTimeoutMs > interval)
        {
            context.Findings.Error(section["scrape_timeout"]!, $"scrape_timeout is longer than the interval of {PrometheusDuration.Format(interval)}: the next question would have to wait");
            return null;
        }
        if (server is { Password: not null, PasswordFile: not null })
        {
            context.Findings.Error(section["password_file"]!, "at most one of password and password_file can be given");
            return null;
        }
        return WithUrl(context, server, url, url.Value, kind);
    }

    private static MiddlewareServerConfig? WithUrl(ReadingContext context, MiddlewareServerConfig server, ConfigNode at, string text, Kind kind)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !kind.Schemes.Contains(url.Scheme) || url.Host.Length == 0)
        {
            // What was written is not repeated: a password may be in it.
            context.Findings.Error(at, $"not the URL of a {kind.Key} server; it looks like {kind.Example}");
            return null;
        }
        var address = $"{url.Host}:{(url.Port > 0 ? url.Port : kind.Port)}";
        return server with { Url = new Secret(text), Name = string.IsNullOrEmpty(server.Name) ? address : server.Name };
    }

    private sealed record Kind(string Key, string[] Schemes, int Port, string Example);
}
