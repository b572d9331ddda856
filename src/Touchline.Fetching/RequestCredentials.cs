using System.Net.Http.Headers;
using System.Text;
using Touchline.Configuration;

namespace Touchline.Fetching;

/// <summary>What makes a request one that the other side answers: credentials and headers of the configuration. Thread-safe.</summary>
public sealed class RequestCredentials(HttpClientConfig config, TimeProvider time) : IDisposable
{
    private readonly OAuth2Tokens? _tokens = config.OAuth2 is { } oauth ? new OAuth2Tokens(oauth, time) : null;

    /// <summary>Adds them to a request.</summary>
    /// <param name="userInfo">User and password that stand in the URL, for where the configuration has none.</param>
    /// <exception cref="FetchException">A file cannot be read, a token not be had, or a header has no name that HTTP allows.</exception>
    public async Task AddAsync(HttpRequestMessage request, string userInfo, CancellationToken cancellationToken)
    {
        var headers = request.Headers;
        if (_tokens is not null)
        {
            headers.TryAddWithoutValidation("Authorization", await _tokens.AuthorizationAsync(cancellationToken).ConfigureAwait(false));
        }
        else if (config.BasicAuth is { } basic)
        {
            var user = SecretFile.Read("username_file", basic.UsernameFile) ?? basic.Username;
            var password = SecretFile.Read("password_file", basic.PasswordFile) ?? basic.Password?.Value ?? "";
            headers.Authorization = BasicAuthorization.Of($"{user}:{password}");
        }
        else if (config.Authorization is { } authorization)
        {
            var credentials = SecretFile.Read("credentials_file", authorization.CredentialsFile) ?? authorization.Credentials?.Value ?? "";
            headers.TryAddWithoutValidation("Authorization", $"{authorization.Type} {credentials}");
        }
        else if (userInfo.Length > 0)
        {
            headers.Authorization = BasicAuthorization.Of(Uri.UnescapeDataString(userInfo));
        }
        foreach (var (name, header) in config.HttpHeaders)
        {
            AddHeader(headers, name, header);
        }
    }

    public void Dispose() => _tokens?.Dispose();

    private static void AddHeader(HttpRequestHeaders headers, string name, HttpHeaderConfig header)
    {
        IEnumerable<string> values =
            [.. header.Values, .. header.Secrets.Select(secret => secret.Value), .. header.Files.Select(file => SecretFile.Read($"file of header {name}", file)!)];
        foreach (var value in values)
        {
            if (!headers.TryAddWithoutValidation(name, value))
            {
                throw new FetchException($"net/http: invalid header field name \"{name}\"");
            }
        }
    }
}

/// <summary>The scheme Basic.</summary>
public static class BasicAuthorization
{
    public static AuthenticationHeaderValue Of(string userAndPassword) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(userAndPassword)));
}
