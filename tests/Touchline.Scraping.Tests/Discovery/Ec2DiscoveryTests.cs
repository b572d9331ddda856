using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Configuration;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Discovery;

/// <summary>What Touchline.Differential cannot ask the real Prometheus: refusals, keys that end, and where keys are found.</summary>
public sealed class Ec2DiscoveryTests : IAsyncDisposable
{
    private const string Instances =
        """
        <DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i</instanceId><privateIpAddress>10.0.0.1</privateIpAddress>
        <placement><availabilityZone>z</availabilityZone></placement></item></instancesSet></item></reservationSet></DescribeInstancesResponse>
        """;

    private const string Zones =
        "<DescribeAvailabilityZonesResponse><availabilityZoneInfo><item><zoneName>z</zoneName><zoneId>id</zoneId></item></availabilityZoneInfo></DescribeAvailabilityZonesResponse>";

    private const string Refused = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>";

    private readonly FakeTarget _server = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _asked = [];
    private readonly Dictionary<string, (string Status, string Body)> _answers = new()
    {
        ["DescribeInstances"] = ("200 OK", Instances),
        ["DescribeAvailabilityZones"] = ("200 OK", Zones),
        ["AssumeRole"] = ("403 Forbidden", "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not yours</Message></Error></ErrorResponse>"),
    };

    public Ec2DiscoveryTests() => _server.Answer = AnswerAsync;

    private Ec2DiscoveryConfig Config => new() { Region = "r", Endpoint = $"http://{_server.Address}", AccessKey = "AK", SecretKey = new Secret("hidden") };

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Refusal_is_said_without_secrets_and_leaves_the_targets()
    {
        using var discovery = Discovery(Config);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        _answers["DescribeInstances"] = ("403 Forbidden", Refused);

        Assert.False(await discovery.RefreshAsync(CancellationToken.None));

        Assert.Equal("DescribeInstances: UnauthorizedOperation: no (status code: 403)", discovery.Health.LastError);
        Assert.Equal("10.0.0.1:80", Assert.Single(discovery.Groups).Targets.Single());
    }

    [Theory]
    [InlineData("<html>", "the answer is no XML")]
    [InlineData("""<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>""", "the answer is no XML")]
    [InlineData("", "the answer is no XML")]
    public async Task Answer_that_is_none_is_said(string body, string said)
    {
        _answers["DescribeInstances"] = ("200 OK", body);
        using var discovery = Discovery(Config);
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Contains(said, discovery.Health.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_of_too_many_elements_is_not_kept()
    {
        _answers["DescribeInstances"] = ("200 OK", $"<x>{string.Concat(Enumerable.Repeat("<a/>", 1_000_001))}</x>");
        using var discovery = Discovery(Config);
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.EndsWith("the answer has more than 1000000 tags", discovery.Health.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_without_end_are_left()
    {
        _answers["DescribeInstances"] = ("200 OK", "<x><nextToken>n</nextToken></x>");
        using var discovery = Discovery(Config);
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal("DescribeInstances: there are more than 200000 instances: select fewer with filters", discovery.Health.LastError);
    }

    [Fact]
    public async Task Endpoint_that_hangs_is_left_at_the_interval()
    {
        _server.Answer = async (_, _, token) => { await Task.Delay(Timeout.Infinite, token); return false; };
        using var discovery = Discovery(Config with { RefreshIntervalMs = 5_000 });
        var refresh = discovery.RefreshAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _server.Requests == 1, "it is asked");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await refresh);
        Assert.Equal($"Post \"http://{_server.Address}/\": context deadline exceeded", discovery.Health.LastError);
    }

    [Fact]
    public async Task Zones_that_are_not_told_cost_their_label_until_they_are()
    {
        _answers["DescribeAvailabilityZones"] = ("403 Forbidden", Refused);
        using var discovery = Discovery(Config);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal("", Assert.Single(discovery.Groups).Labels["__meta_ec2_availability_zone_id"]);
        Assert.Equal("", discovery.Health.LastError);

        _answers["DescribeAvailabilityZones"] = ("200 OK", Zones);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal("id", Assert.Single(discovery.Groups).Labels["__meta_ec2_availability_zone_id"]);
    }

    [Fact]
    public async Task Keys_of_a_role_are_lent_again_before_they_end()
    {
        _answers["AssumeRole"] = ("200 OK", Lent(_time.GetUtcNow().AddMinutes(15)));
        using var discovery = Discovery(Config with { RoleArn = "arn" });
        await discovery.RefreshAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(12));
        await discovery.RefreshAsync(CancellationToken.None);
        Assert.Equal(1, _asked.Count(action => action == "AssumeRole"));
        Assert.Contains("\r\nX-Amz-Security-Token: lent\r\n", _server.LastRequest, StringComparison.Ordinal);
        Assert.Contains("Credential=ASIA/", _server.LastRequest, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromMinutes(2));
        await discovery.RefreshAsync(CancellationToken.None);
        Assert.Equal(2, _asked.Count(action => action == "AssumeRole"));
    }

    [Fact]
    public async Task Role_that_is_not_given_is_said()
    {
        using var discovery = Discovery(Config with { RoleArn = "arn" });
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal("AssumeRole: AccessDenied: not yours (status code: 403)", discovery.Health.LastError);
    }

    [Fact]
    public async Task Half_of_a_key_is_said()
    {
        using var discovery = Discovery(Config with { SecretKey = null });
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.StartsWith("static credentials are empty", discovery.Health.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_that_is_no_url_is_said()
    {
        using var discovery = Discovery(Config with { Endpoint = ":://x" });
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.StartsWith("endpoint :://x is no URL", discovery.Health.LastError, StringComparison.Ordinal);
    }

    /// <summary>Variables are those of the whole process, so one test sets them one after the other; no other reads them.</summary>
    [Fact]
    public async Task Keys_and_region_are_found_where_the_tools_of_aws_look()
    {
        using var folder = new TemporaryFolder();
        using var variables = new EnvironmentVariables();
        variables.Set("AWS_SHARED_CREDENTIALS_FILE", folder.Write("credentials", "[mine]\naws_access_key_id = FILEKEY\naws_secret_access_key = s\n"));
        variables.Set("AWS_CONFIG_FILE", folder.Write("config", ""));
        variables.Set("AWS_ACCESS_KEY_ID", "ENVKEY");
        variables.Set("AWS_SECRET_ACCESS_KEY", "s");
        variables.Set("AWS_SESSION_TOKEN", "session");
        variables.Set("AWS_EC2_METADATA_SERVICE_ENDPOINT", $"http://{_server.Address}");
        var found = Config with { AccessKey = "", SecretKey = null };

        using var ofEnvironment = Discovery(found);
        Assert.True(await ofEnvironment.RefreshAsync(CancellationToken.None), ofEnvironment.Health.LastError);
        Assert.Contains("Credential=ENVKEY/", _server.LastRequest, StringComparison.Ordinal);
        Assert.Contains("X-Amz-Security-Token: session\r\n", _server.LastRequest, StringComparison.Ordinal);

        using var ofProfile = Discovery(found with { Profile = "mine" });
        Assert.True(await ofProfile.RefreshAsync(CancellationToken.None), ofProfile.Health.LastError);
        Assert.Contains("Credential=FILEKEY/", _server.LastRequest, StringComparison.Ordinal);

        using var ofNone = Discovery(found with { Profile = "other" });
        Assert.False(await ofNone.RefreshAsync(CancellationToken.None));
        Assert.Equal("the shared files of AWS have no credentials for profile other", ofNone.Health.LastError);

        using var somewhere = Discovery(Config with { Region = "" });
        Assert.True(await somewhere.RefreshAsync(CancellationToken.None), somewhere.Health.LastError);
        Assert.Equal("eu-north-1", Assert.Single(somewhere.Groups).Labels["__meta_ec2_region"]);
    }

    private static string Lent(DateTimeOffset until) => string.Create(CultureInfo.InvariantCulture,
        $"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>lent</SessionToken><Expiration>{until:O}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>");

    private Ec2Discovery Discovery(Ec2DiscoveryConfig config) => new(config, NullLogger.Instance, _time);

    private async Task<bool> AnswerAsync(string head, Stream stream, CancellationToken cancellationToken)
    {
        // The metadata service lends a token, and tells with it.
        if (!head.StartsWith("POST", StringComparison.Ordinal))
        {
            var told = head.StartsWith("PUT", StringComparison.Ordinal) ? "token" : head.Contains("/placement/region", StringComparison.Ordinal) ? "eu-north-1" : "";
            return await FakeTarget.WriteAsync(stream, FakeTarget.Response(told), cancellationToken);
        }
        var body = await FakeTarget.ReadBodyAsync(head, stream, cancellationToken);
        var action = WebUtility.UrlDecode(Encoding.UTF8.GetString(body).Split("Action=")[1].Split('&')[0]);
        _asked.Add(action);
        var (status, answer) = _answers[action];
        return await FakeTarget.WriteAsync(stream, FakeTarget.Response(Encoding.UTF8.GetBytes(answer), "text/xml", "", status), cancellationToken);
    }
}
