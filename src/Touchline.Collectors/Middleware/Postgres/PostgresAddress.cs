using Npgsql;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>
/// Where a PostgreSQL is, in the form that libpq and postgres_exporter take: <c>postgresql://user:password@host:port/database?sslmode=require</c>. Source: PostgreSQL's documentation,
/// chapter Connection URIs.
/// </summary>
public sealed class PostgresAddress
{
    private const int DefaultPort = 5432;

    private readonly NpgsqlConnectionStringBuilder _builder;

    private PostgresAddress(NpgsqlConnectionStringBuilder builder) => _builder = builder;

    /// <summary><c>host:port</c>.</summary>
    public string Server => $"{_builder.Host}:{_builder.Port}";

    /// <param name="text">The URL.</param>
    /// <param name="problem">What is wrong with it, without the password that may stand in it.</param>
    public static PostgresAddress? TryParse(string text, out string problem)
    {
        problem = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("postgresql" or "postgres"))
        {
            problem = "the address of a PostgreSQL is a URL, as postgresql://user@host:5432/database";
            return null;
        }
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host.Length > 0 ? url.Host : "localhost",
            Port = url.Port > 0 ? url.Port : DefaultPort,
            ApplicationName = "touchline",
            // The one connection is kept; a pool would open another where this one hangs.
            Pooling = false,
        };
        var database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        builder.Database = database.Length > 0 ? database : "postgres";
        var user = url.UserInfo.Split(':', 2);
        builder.Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : "postgres";
        builder.Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null;
        foreach (var parameter in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = parameter.Split('=', 2);
            if (pair.Length < 2 || !TrySet(builder, pair[0], Uri.UnescapeDataString(pair[1])))
            {
                problem = $"the parameter {pair[0]} of the address is not known or its value not valid; known are sslmode, sslrootcert, sslcert, sslkey, application_name and options";
                return null;
            }
        }
        return new PostgresAddress(builder);
    }

    /// <summary>What the driver takes.</summary>
    public string ConnectionString(string? password, TimeSpan timeout)
    {
        var seconds = Math.Max(1, (int)timeout.TotalSeconds);
        var builder = new NpgsqlConnectionStringBuilder(_builder.ConnectionString) { Timeout = seconds, CommandTimeout = seconds };
        builder.Password = _builder.Password ?? password;
        return builder.ConnectionString;
    }

    private static bool TrySet(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        switch (name)
        {
            case "sslmode" when Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode):
                builder.SslMode = mode;
                return true;
            case "sslrootcert":
                builder.RootCertificate = value;
                return true;
            case "sslcert":
                builder.SslCertificate = value;
                return true;
            case "sslkey":
                builder.SslKey = value;
                return true;
            case "application_name":
                builder.ApplicationName = value;
                return true;
            case "options":
                builder.Options = value;
                return true;
            default:
                return false;
        }
    }
}
