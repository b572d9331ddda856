namespace Touchline.Configuration;

/// <summary>Databases and caches that are watched through their own protocols, a section of Touchline's own.</summary>
public sealed record MiddlewareConfig
{
    public IReadOnlyList<MiddlewareServerConfig> PostgreSql { get; init; } = [];

    public IReadOnlyList<MiddlewareServerConfig> Redis { get; init; } = [];
}

/// <summary>One server. Durations in ms.</summary>
/// <param name="Url">Where it is; a secret, because a password may stand in it.</param>
public sealed record MiddlewareServerConfig(Secret Url)
{
    /// <summary>The instance of its series: as configured, or <c>host:port</c>.</summary>
    public string Name { get; init; } = "";

    public Secret? Password { get; init; }

    public string? PasswordFile { get; init; }

    public long ScrapeIntervalMs { get; init; }

    /// <summary>How long connecting, and each question, may take.</summary>
    public long ScrapeTimeoutMs { get; init; }

    /// <summary>Whether a PostgreSQL's parameters are shown.</summary>
    public bool ShowsSettings { get; init; } = true;

    /// <summary>What more a PostgreSQL is asked, or less.</summary>
    public PostgresSelection Postgres { get; init; } = new();

    /// <summary>What more a Redis is asked.</summary>
    public RedisSelection Redis { get; init; } = new();

    /// <summary>The URL without a password.</summary>
    public string DisplayUrl
    {
        get
        {
            var url = new Uri(Url.Value);
            var user = url.UserInfo.Split(':', 2);
            return user.Length < 2 ? Url.Value : Url.Value.Replace(url.UserInfo + "@", $"{user[0]}:<secret>@", StringComparison.Ordinal);
        }
    }
}
