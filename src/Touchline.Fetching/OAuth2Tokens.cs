using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Touchline.Configuration;

namespace Touchline.Fetching;

/// <summary>
/// Access tokens by client credentials or signed assertions, each used until shortly before it expires. Source: RFC 6749, sections 2.3.1, 4.4
/// and 5, and RFC 7523, section 2.1; what they leave open is as in Go's oauth2, which Prometheus uses. Thread-safe.
/// </summary>
public sealed class OAuth2Tokens(OAuth2Config config, TimeProvider time) : IDisposable
{
    private const int LongestAnswerBytes = 1 << 20;

    /// <summary>A token must still be good when the request arrives.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _asking = new(1);
    private readonly HttpConnections _connections = new(config.Http);
    private Token? _token;
    private bool? _takesHeader;

    /// <summary>The Authorization header's value.</summary>
    /// <exception cref="FetchException">There is no token to be had.</exception>
    public async Task<string> AuthorizationAsync(CancellationToken cancellationToken)
    {
        var secret = config.SignsAssertions
            ? SecretFile.Read("client_certificate_key_file", config.CertificateKeyFile) ?? config.CertificateKey?.Value ?? ""
            : SecretFile.Read("client_secret_file", config.ClientSecretFile) ?? config.ClientSecret?.Value ?? "";
        await WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_token is null || _token.Secret != secret || _token.ExpiresAt - Margin <= time.GetUtcNow())
            {
                _token = await AskAsync(secret, cancellationToken).ConfigureAwait(false);
            }
            return _token.Authorization;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose()
    {
        _connections.Dispose();
        _asking.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw new FetchException($"oauth2: cannot fetch token: {FetchFailure.Timeout}", e);
        }
    }

    private async Task<Token> AskAsync(string secret, CancellationToken cancellationToken)
    {
        var (status, body) = config.SignsAssertions
            ? await PostAsync(Form(OAuth2Config.JwtBearer, ("assertion", JwtAssertion.Sign(config, secret, time.GetUtcNow()))), null, cancellationToken).ConfigureAwait(false)
            : await PostSecretAsync(secret, cancellationToken).ConfigureAwait(false);
        return IsSuccess(status) ? Read(body, secret) : throw Refused(status, body);
    }

    /// <summary>Servers take the credentials in a header or in the form; which one this takes is found out once.</summary>
    private async Task<(HttpStatusCode Status, byte[] Body)> PostSecretAsync(string secret, CancellationToken cancellationToken)
    {
        var (status, body) = await PostSecretAsync(secret, _takesHeader ?? true, cancellationToken).ConfigureAwait(false);
        if (_takesHeader is null && !IsSuccess(status))
        {
            (status, body) = await PostSecretAsync(secret, inHeader: false, cancellationToken).ConfigureAwait(false);
            _takesHeader = IsSuccess(status) ? false : null;
        }
        else if (IsSuccess(status))
        {
            _takesHeader ??= true;
        }
        return (status, body);
    }

    private Task<(HttpStatusCode Status, byte[] Body)> PostSecretAsync(string secret, bool inHeader, CancellationToken cancellationToken)
    {
        var form = Form(OAuth2Config.ClientCredentials);
        if (inHeader)
        {
            var credentials = BasicAuthorization.Of($"{Uri.EscapeDataString(config.ClientId)}:{Uri.EscapeDataString(secret)}");
            return PostAsync(form, credentials, cancellationToken);
        }
        form["client_id"] = config.ClientId;
        if (secret.Length > 0)
        {
            form["client_secret"] = secret;
        }
        return PostAsync(form, null, cancellationToken);
    }

    /// <summary>What is posted, with the parameters of the configuration. Servers that break the standard may want another grant_type.</summary>
    private SortedDictionary<string, string> Form(string grantType, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var form = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = grantType };
        if (config.Scopes.Count > 0)
        {
            form["scope"] = string.Join(' ', config.Scopes);
        }
        foreach (var (name, value) in more)
        {
            form[name] = value;
        }
        foreach (var (name, value) in config.EndpointParams)
        {
            if (name != "grant_type" && form.ContainsKey(name))
            {
                throw new FetchException($"oauth2: cannot overwrite parameter \"{name}\"");
            }
            form[name] = value;
        }
        return form;
    }

    private static bool IsSuccess(HttpStatusCode status) => (int)status is >= 200 and < 300;

    private async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(
        SortedDictionary<string, string> form, AuthenticationHeaderValue? credentials, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(config.TokenUrl, UriKind.Absolute, out var url))
        {
            throw new FetchException($"oauth2: cannot fetch token: token_url {config.TokenUrl} is not a URL");
        }
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) };
            request.Headers.Authorization = credentials;
            using var response = await _connections.Current().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            using var body = new BodyBuffer(new BodyBudget(2 * LongestAnswerBytes));
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                await body.FillAsync(stream, LongestAnswerBytes, 0, cancellationToken).ConfigureAwait(false);
            }
            return (response.StatusCode, body.Bytes.ToArray());
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            throw FetchFailure.OfToken(config.TokenUrl, e, url);
        }
    }

    private Token Read(byte[] body, string secret)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            var root = answer.RootElement;
            if (!root.TryGetProperty("access_token", out var access) || access.GetString() is not { Length: > 0 } token)
            {
                throw new FetchException("oauth2: cannot fetch token: server response missing access_token");
            }
            var type = root.TryGetProperty("token_type", out var given) && given.GetString() is { Length: > 0 } text ? text : "Bearer";
            // Some servers write the number as text.
            var seconds = root.TryGetProperty("expires_in", out var expires) && double.TryParse(
                expires.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;
            var expiresAt = seconds > 0 ? time.GetUtcNow().AddSeconds(Math.Min(seconds, int.MaxValue)) : DateTimeOffset.MaxValue;
            return new Token($"{(type.Equals("bearer", StringComparison.OrdinalIgnoreCase) ? "Bearer" : type)} {token}", secret, expiresAt);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FetchException($"oauth2: cannot fetch token: cannot parse json: {e.Message}", e);
        }
    }

    private static FetchException Refused(HttpStatusCode status, byte[] body)
    {
        const int Shown = 200;
        var text = System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, Shown)));
        return new FetchException($"oauth2: cannot fetch token: {(int)status} {FetchFailure.NameOf(status)}, response: {text}");
    }

    private sealed record Token(string Authorization, string Secret, DateTimeOffset ExpiresAt);
}
