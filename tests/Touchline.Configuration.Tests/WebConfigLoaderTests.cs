namespace Touchline.Configuration.Tests;

public sealed class WebConfigLoaderTests
{
    private const string Hash = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG";

    [Fact]
    public void Whole_file_is_read()
    {
        var result = WebConfigLoader.Parse($$"""
            tls_server_config:
              cert_file: server.pem
              key_file: /keys/server.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.pem
              client_allowed_sans: [scraper.example.org]
              min_version: TLS13
            http_server_config:
              http2: false
              headers: { X-Frame-Options: deny }
            basic_auth_users:
              alice: {{Hash}}
            """, "/etc/web.yml");

        Assert.Empty(result.Diagnostics);
        var config = result.Config!;
        Assert.Equal(("/etc/server.pem", "/keys/server.key", "/etc/ca.pem"), (config.Tls!.CertFile, config.Tls.KeyFile, config.Tls.ClientCaFile));
        Assert.Equal((WebClientAuth.RequireAndVerifyClientCert, "TLS13", "TLS13"), (config.Tls.ClientAuth, config.Tls.MinVersion, config.Tls.MaxVersion));
        Assert.Equal(["scraper.example.org"], config.Tls.ClientAllowedSans);
        Assert.False(config.Http2);
        Assert.Equal("deny", config.Headers["X-Frame-Options"]);
        Assert.Equal(Hash, config.BasicAuthUsers["alice"].Value);
    }

    [Fact]
    public void Empty_file_opens_the_server_as_Prometheus_does()
    {
        var config = WebConfigLoader.Parse("", "w.yml").Config!;

        Assert.Null(config.Tls);
        Assert.Empty(config.BasicAuthUsers);
        Assert.True(config.Http2);
    }

    [Theory]
    [InlineData("basic_auth_user: { a: b }", 1, 1, "did you mean basic_auth_users?")]
    [InlineData("basic_auth_users: { alice: hunter2 }", 1, 28, "the password of user \"alice\" is not a bcrypt hash")]
    [InlineData("basic_auth_users: { 'a:b': x }", 1, 21, "colon")]
    [InlineData("tls_server_config: { cert_file: a }", 1, 20, "missing one of key or key_file")]
    [InlineData("tls_server_config: { cert: a, cert_file: a, key: b }", 1, 22, "cert and cert_file are mutually exclusive")]
    [InlineData("tls_server_config: { cert: a, key: b, client_auth_type: RequireAndVerify }", 1, 57, "invalid ClientAuth: RequireAndVerify; did you mean RequireAndVerifyClientCert?")]
    [InlineData("tls_server_config: { cert: a, key: b, client_ca: c }", 1, 20, "without a Client Auth Policy")]
    [InlineData("tls_server_config: { cert: a, key: b, client_auth_type: RequireAndVerifyClientCert }", 1, 57, "cannot be verified")]
    [InlineData("tls_server_config: { cert: a, key: b, min_version: TLS1 }", 1, 52, "unknown TLS version: TLS1")]
    [InlineData("tls_server_config: { cert: a, key: b, min_version: TLS13, max_version: TLS12 }", 1, 52, "min_version TLS13 is above max_version TLS12")]
    [InlineData("http_server_config: { headers: { Server: x } }", 1, 34, "HTTP header \"Server\" can not be configured")]
    [InlineData("http_server_config: { headers: { X-Frame-Options: allow } }", 1, 51, "invalid value for X-Frame-Options")]
    [InlineData("[]", 1, 1, "cannot unmarshal !!seq into web.Config")]
    public void Any_error_refuses_the_whole_file(string yaml, int line, int column, string message)
    {
        var result = WebConfigLoader.Parse(yaml, "w.yml");

        Assert.Null(result.Config);
        var finding = Assert.Single(result.Diagnostics);
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (finding.Line, finding.Column));
        Assert.DoesNotContain("hunter2", finding.ToString(), StringComparison.Ordinal);
    }
}
