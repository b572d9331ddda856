using Touchline.Configuration;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>One PostgreSQL that is watched.</summary>
/// <param name="Url">Where it is, as <see cref="PostgresAddress"/> reads it.</param>
/// <param name="Credentials">The password, where the URL has none.</param>
public sealed record PostgresOptions(string Url, MiddlewareCredentials Credentials)
{
    /// <summary>How long connecting, and each statement, may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the server's parameters are shown: some 250 series.</summary>
    public bool ShowsSettings { get; init; } = true;

    /// <summary>Which collectors are on, and what is shown of statements.</summary>
    public PostgresSelection Selection { get; init; } = new();

    /// <summary>Whether a collector is on, by its name or by itself.</summary>
    internal bool Asks(string collector) => ByName(collector) ?? !PostgresQueries.OffUnlessNamed.Contains(collector);

    /// <summary>Whether somebody wants to know why a collector has nothing.</summary>
    internal bool IsNamed(string collector) => ByName(collector) == true;

    private bool? ByName(string collector) => Selection.Collectors.FirstOrDefault(named => named.Name == collector)?.IsOn;
}
