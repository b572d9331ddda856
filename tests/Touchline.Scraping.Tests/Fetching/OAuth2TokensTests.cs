using System.Text;
using Microsoft.Extensions.Time.Testing;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Fetching;

public sealed class OAuth2TokensTests : IAsyncDisposable
{
    private readonly FakeTarget _server = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _forms = [];

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Token_is_used_until_shortly_before_it_expires()
    {
        Serve(n => ("200 OK", $$"""{ "access_token": "t{{n}}", "token_type": "bearer", "expires_in": 60 }"""));
        using var tokens = Tokens();
        Assert.Equal("Bearer t1", await tokens.AuthorizationAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(49));
        Assert.Equal("Bearer t1", await tokens.AuthorizationAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Bearer t2", await tokens.AuthorizationAsync(CancellationToken.None));
        Assert.Equal("a=b&grant_type=client_credentials&scope=one+two", _forms[0]);
        Assert.Contains($"Authorization: Basic {Convert.ToBase64String("id:s%26"u8)}\r\n", _server.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_wants_the_credentials_in_the_form_gets_them_there()
    {
        Serve(_ => _forms[^1].Contains("client_secret", StringComparison.Ordinal) ? ("200 OK", """{ "access_token": "t" }""") : ("401 Unauthorized", "no"));
        using var tokens = Tokens();
        Assert.Equal("Bearer t", await tokens.AuthorizationAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromDays(9));
        Assert.Equal("Bearer t", await tokens.AuthorizationAsync(CancellationToken.None));
        Assert.Equal("a=b&client_id=id&client_secret=s%26&grant_type=client_credentials&scope=one+two", _forms[1]);
        Assert.Equal(2, _forms.Count);
    }

    [Fact]
    public async Task Changed_secret_gets_a_new_token()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("secret", "one");
        Serve(n => ("200 OK", $$"""{ "access_token": "t{{n}}" }"""));
        using var tokens = new OAuth2Tokens(Config() with { ClientSecret = null, ClientSecretFile = path }, _time);
        Assert.Equal("Bearer t1", await tokens.AuthorizationAsync(CancellationToken.None));
        folder.Write("secret", "two");
        Assert.Equal("Bearer t2", await tokens.AuthorizationAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("400 Bad Request", "no", "oauth2: cannot fetch token: 400 Bad Request, response: no")]
    [InlineData("403 Forbidden", "never", "oauth2: cannot fetch token: 403 Forbidden, response: never")]
    [InlineData("200 OK", "{}", "oauth2: cannot fetch token: server response missing access_token")]
    [InlineData("200 OK", "<html>", "oauth2: cannot fetch token: cannot parse json: ")]
    public async Task Refusal_is_the_target_s_error(string status, string body, string expected)
    {
        Serve(_ => (status, body));
        using var tokens = Tokens();
        var e = await Assert.ThrowsAsync<FetchException>(() => tokens.AuthorizationAsync(CancellationToken.None));
        Assert.StartsWith(expected, e.Message, StringComparison.Ordinal);
    }

    private OAuth2Config Config() => new()
    {
        ClientId = "id",
        ClientSecret = new Secret("s&"),
        Scopes = ["one", "two"],
        TokenUrl = $"http://{_server.Address}/token",
        EndpointParams = new Dictionary<string, string> { ["a"] = "b" },
    };

    private OAuth2Tokens Tokens() => new(Config(), _time);

    private void Serve(Func<int, (string Status, string Body)> answer) => _server.Answer = async (head, stream, token) =>
    {
        _forms.Add(Encoding.UTF8.GetString(await FakeTarget.ReadBodyAsync(head, stream, token)));
        var (status, body) = answer(_forms.Count);
        return await FakeTarget.WriteAsync(stream, FakeTarget.Response(Encoding.UTF8.GetBytes(body), "application/json", "", status), token);
    };
}
