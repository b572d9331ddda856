using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Touchline.Differential.Api;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Scraping;

/// <summary>The real Prometheus and Touchline ask the same server for tokens, which checks what they sign, and scrape with them.</summary>
public sealed class OAuth2AssertionTests : IAsyncDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly FakeTarget _tokens = new();
    private readonly FakeTarget _target = new();
    private readonly List<string> _asked = [];
    private readonly HashSet<string> _scraped = [];

    public OAuth2AssertionTests()
    {
        _tokens.Answer = AnswerAsync;
        _target.Answer = (head, stream, token) =>
        {
            lock (_scraped)
            {
                _scraped.Add(head.Contains("\r\nAuthorization: Bearer of-", StringComparison.Ordinal) ? head.Split("Bearer ")[1].Split('\r')[0] : "nothing");
            }
            return FakeTarget.WriteAsync(stream, FakeTarget.Response("foo 1\n"u8.ToArray(), "text/plain; version=0.0.4", "", "200 OK"), token);
        };
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _tokens.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Same_settings_give_the_same_assertions()
    {
        var folder = Directory.CreateTempSubdirectory("touchline-oauth-");
        var file = Path.Combine(folder.FullName, "key.pem");
        await File.WriteAllTextAsync(file, _key.ExportRSAPrivateKeyPem());
        string[] jobs =
        [
            Job("plain", $"client_certificate_key_file: '{file}'"),
            Job("full", $"""
                client_certificate_key: {QuotedKey()}, client_certificate_key_id: kid, signature_algorithm: RS512, iss: me, audience: 'https://aud/', scopes: [a, b c],
                      endpoint_params: {"{ x: 'y z' }"},
                      claims: {"{ n: 1, f: 1.5, b: yes, s: 'x<&é', z: ~, l: [1, a, []], d: 2020-01-01, big: 12345678901234567890, w: 1.0, e: 1e21, h: 0x10, m: { q: r, 3: {} }, scope: mine }"}
                """),
            Job("own", $"client_certificate_key_file: '{file}', signature_algorithm: RS384, claims: {"{ iss: a, aud: [b, c], sub: d }"}, endpoint_params: {"{ grant_type: odd }"}"),
        ];
        var config = "global: { scrape_interval: 1s }\nscrape_configs:\n" + string.Concat(jobs);

        var expected = await AskedByAsync(() => ServerProcess.StartPrometheusAsync(config), jobs.Length);
        var actual = await AskedByAsync(() => ServerProcess.StartTouchlineAsync(config), jobs.Length);

        Assert.Equal(expected, actual);
        Assert.DoesNotContain(actual, asked => asked.Contains("not signed", StringComparison.Ordinal));
        folder.Delete(recursive: true);
    }

    private string Job(string name, string keys) => $$"""
          - job_name: {{name}}
            static_configs: [{ targets: ['{{_target.Address}}'] }]
            oauth2: { client_id: {{name}}, token_url: 'http://{{_tokens.Address}}/{{name}}', grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
              {{keys}} }

        """;

    private string QuotedKey() => $"\"{_key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\n")}\"";

    /// <summary>What a server asks the token server, once it scraped with all tokens.</summary>
    private async Task<string[]> AskedByAsync(Func<Task<ServerProcess>> start, int jobs)
    {
        lock (_scraped)
        {
            _scraped.Clear();
        }
        lock (_asked)
        {
            _asked.Clear();
        }
        await using var server = await start();
        for (var attempt = 0; attempt < 600 && Scraped() < jobs; attempt++)
        {
            await Task.Delay(100);
        }
        lock (_asked)
        {
            Assert.True(Scraped() == jobs, $"{server.Url} scraped with {Scraped()} tokens of {jobs}, asked {string.Join('\n', _asked)}");
            return [.. _asked.Distinct().Order(StringComparer.Ordinal)];
        }
    }

    private int Scraped()
    {
        lock (_scraped)
        {
            return _scraped.Count;
        }
    }

    private async Task<bool> AnswerAsync(string head, Stream stream, CancellationToken token)
    {
        var form = Encoding.UTF8.GetString(await FakeTarget.ReadBodyAsync(head, stream, token)).Split('&')
            .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]));
        var assertion = SignedAssertion.Read(form["assertion"], _key);
        form["assertion"] = $"{(assertion.IsSigned ? "signed" : "not signed")} {Comparable(JsonNode.Parse(assertion.Header.GetRawText())!)} {Claims(assertion)}";
        var parts = form.Where(pair => pair.Key.Length > 0).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");
        lock (_asked)
        {
            _asked.Add($"{head.Split(' ')[1]} authorized {head.Contains("Authorization:", StringComparison.Ordinal)} {string.Join('&', parts)}");
        }
        var answer = $$"""{ "access_token": "of-{{head.Split(' ')[1][1..]}}", "token_type": "bearer", "expires_in": 3600 }""";
        return await FakeTarget.WriteAsync(stream, FakeTarget.Response(Encoding.UTF8.GetBytes(answer), "application/json", "", "200 OK"), token);
    }

    /// <summary>The claims without those that tell the time or are made by chance.</summary>
    private static string Claims(SignedAssertion assertion)
    {
        var claims = JsonNode.Parse(assertion.Claims.GetRawText())!.AsObject();
        Assert.True(Guid.TryParse((string?)claims["jti"], out _));
        claims["exp"] = (long)claims["exp"]! - (long)claims["iat"]!;
        claims.Remove("iat");
        claims.Remove("jti");
        return Comparable(claims);
    }

    /// <summary>Members in one order, numbers in one way of writing them.</summary>
    private static string Comparable(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{Comparable(member.Value)}"))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Comparable))}]",
        null => "null",
        _ => decimal.TryParse(node.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : node.ToJsonString(),
    };
}
