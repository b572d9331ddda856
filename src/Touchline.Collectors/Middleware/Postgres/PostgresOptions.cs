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
}
