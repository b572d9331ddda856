using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>
/// Where a Redis is, in the form that redis_exporter and most clients take: <c>redis://user:password@host:6379</c>, or <c>rediss://</c> with TLS. Source: the registration of both
/// schemes with IANA.
/// </summary>
public sealed class RedisAddress
{
    private const int DefaultPort = 6379;

    private readonly Uri _url;

    private RedisAddress(Uri url) => _url = url;

    /// <summary><c>host:port</c>.</summary>
    public string Server => $"{_url.Host}:{Port}";

    private int Port => _url.Port > 0 ? _url.Port : DefaultPort;

    /// <param name="text">The URL.</param>
    /// <param name="problem">What is wrong with it, without the password that may stand in it.</param>
    public static RedisAddress? TryParse(string text, out string problem)
    {
        problem = "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "redis" or "rediss" && url.Host.Length > 0)
        {
            return new RedisAddress(url);
        }
        problem = "the address of a Redis is a URL, as redis://host:6379 or rediss://user@host:6379";
        return null;
    }

    /// <summary>What the driver takes.</summary>
    /// <param name="password">Where the URL has none.</param>
    /// <param name="timeout">For connecting, and for each question.</param>
    /// <param name="followsCluster">Whether the driver may go to the other nodes of a cluster.</param>
    public ConfigurationOptions Configuration(string? password, TimeSpan timeout, bool followsCluster = false)
    {
        var milliseconds = (int)timeout.TotalMilliseconds;
        var user = _url.UserInfo.Split(':', 2);
        var options = new ConfigurationOptions
        {
            ClientName = "touchline",
            Ssl = _url.Scheme == "rediss",
            SslHost = _url.Scheme == "rediss" ? _url.Host : null,
            ConnectTimeout = milliseconds,
            SyncTimeout = milliseconds,
            AsyncTimeout = milliseconds,
            AbortOnConnectFail = true,
            ConnectRetry = 0,
            // INFO, CONFIG and SLOWLOG are commands of an administrator to the driver.
            AllowAdmin = true,
            CommandMap = RedisCommands.Map(followsCluster),
            // What cannot be asked now is not asked later, when nobody wants to know any more.
            BacklogPolicy = BacklogPolicy.FailFast,
            HeartbeatInterval = TimeSpan.FromSeconds(5),
        };
        options.EndPoints.Add(_url.Host, Port);
        // A single word before the @ is the password to some and the user to others; Redis itself takes the first for a user.
        options.User = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null;
        options.Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : password;
        return options;
    }
}
