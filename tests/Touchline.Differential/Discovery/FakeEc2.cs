using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Discovery;

/// <summary>An endpoint of EC2, and of its token service, as far as discovery asks it. What is not signed right it refuses.</summary>
internal static class FakeEc2
{
    public const string Region = "eu-west-1";

    private const string LentToken = "lent+token/=";

    private static readonly Dictionary<string, string> Secrets = new() { ["AKOWN"] = "own/secret+1", ["ASIALENT"] = "lent secret" };

    /// <summary>A page each.</summary>
    private static readonly string[] Reservations =
    [
        """
        <item><reservationId>r-1</reservationId><ownerId>123456789012</ownerId><instancesSet>
          <item><instanceId>i-full</instanceId><imageId>ami-1</imageId><instanceState><code>16</code><name>running</name></instanceState>
            <privateDnsName>ip-10-0-0-1.internal</privateDnsName><dnsName>ec2-1-2-3-4.example</dnsName><instanceType>m5.large</instanceType>
            <placement><availabilityZone>eu-west-1a</availabilityZone><tenancy>default</tenancy></placement><platform>windows</platform>
            <subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><privateIpAddress>10.0.0.1</privateIpAddress><ipAddress>1.2.3.4</ipAddress>
            <architecture>x86_64</architecture><instanceLifecycle>spot</instanceLifecycle>
            <tagSet><item><key>Name</key><value>web &amp; &lt;more&gt;</value></item><item><key>team:größe</key><value>x</value></item><item><key>empty</key><value/></item></tagSet>
            <networkInterfaceSet>
              <item><subnetId>subnet-1</subnetId><attachment><deviceIndex>0</deviceIndex></attachment></item>
              <item><subnetId>subnet-2</subnetId><attachment><deviceIndex>2</deviceIndex></attachment><ipv6AddressesSet>
                <item><ipv6Address>fd00::1</ipv6Address><isPrimaryIpv6>false</isPrimaryIpv6></item><item><ipv6Address>fd00::2</ipv6Address><isPrimaryIpv6>true</isPrimaryIpv6></item></ipv6AddressesSet></item>
              <item><subnetId>subnet-1</subnetId><attachment><deviceIndex>1</deviceIndex></attachment><ipv6AddressesSet>
                <item><ipv6Address>fd00::3</ipv6Address><isPrimaryIpv6>false</isPrimaryIpv6></item></ipv6AddressesSet></item>
              <item><attachment><deviceIndex>3</deviceIndex></attachment></item>
            </networkInterfaceSet></item>
          <item><instanceId>i-plain</instanceId><imageId>ami-2</imageId><instanceState><code>80</code><name>stopped</name></instanceState>
            <privateDnsName/><dnsName/><instanceType>t2.nano</instanceType><placement><availabilityZone>eu-west-1b</availabilityZone></placement>
            <privateIpAddress>10.0.0.2</privateIpAddress></item>
          <item><instanceId>i-gone</instanceId><imageId>ami-2</imageId><instanceState><code>48</code><name>terminated</name></instanceState>
            <instanceType>t2.nano</instanceType><placement><availabilityZone>eu-west-1b</availabilityZone></placement></item>
        </instancesSet></item>
        """,
        """
        <item><reservationId>r-2</reservationId><instancesSet>
          <item><instanceId>i-other</instanceId><imageId>ami-3</imageId><instanceState><code>16</code><name>running</name></instanceState><instanceType>m5.large</instanceType>
            <placement><availabilityZone>eu-west-1c</availabilityZone></placement><subnetId>subnet-3</subnetId><vpcId>vpc-2</vpcId><privateIpAddress>10.0.0.3</privateIpAddress></item>
        </instancesSet></item>
        """,
        "",
    ];

    /// <summary>Makes a server answer; what it is asked is noted, signatures, times and page sizes left out.</summary>
    public static void Serve(FakeTarget server, ICollection<string> questions) => server.Answer = async (head, stream, token) =>
    {
        var body = await FakeTarget.ReadBodyAsync(head, stream, token);
        var form = Encoding.UTF8.GetString(body);
        var parameters = form.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]));
        lock (questions)
        {
            var noted = parameters.Where(pair => pair.Key is not ("RoleSessionName" or "MaxResults")).OrderBy(pair => pair.Key, StringComparer.Ordinal);
            questions.Add($"{head.Split(' ')[1]} {string.Join('&', noted.Select(pair => $"{pair.Key}={pair.Value}"))}");
        }
        var (status, xml) = IsSigned(head, body, parameters["Action"] == "AssumeRole" ? "sts" : "ec2")
            ? Answer(parameters)
            : ("401 Unauthorized", "<Response><Errors><Error><Code>AuthFailure</Code><Message>not signed as it should be</Message></Error></Errors></Response>");
        return await FakeTarget.WriteAsync(stream, FakeTarget.Response(Encoding.UTF8.GetBytes(xml), "text/xml;charset=UTF-8", "", status), token);
    };

    private static (string Status, string Body) Answer(Dictionary<string, string> parameters)
    {
        switch (parameters["Action"])
        {
            case "AssumeRole":
                return ("200 OK", $"""
                    <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIALENT</AccessKeyId>
                    <SecretAccessKey>{Secrets["ASIALENT"]}</SecretAccessKey><SessionToken>{LentToken}</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
                    """);
            case "DescribeAvailabilityZones":
                return ("200 OK", """
                    <DescribeAvailabilityZonesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><availabilityZoneInfo>
                    <item><zoneName>eu-west-1a</zoneName><zoneId>euw1-az2</zoneId></item><item><zoneName>eu-west-1b</zoneName><zoneId>euw1-az1</zoneId></item></availabilityZoneInfo></DescribeAvailabilityZonesResponse>
                    """);
            default:
                var page = parameters.TryGetValue("NextToken", out var next) ? int.Parse(next.Split('+')[1], CultureInfo.InvariantCulture) : 0;
                var following = page + 1 < Reservations.Length ? $"<nextToken>page+{page + 1}</nextToken>" : "";
                return ("200 OK", $"""
                    <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet>{Reservations[page]}</reservationSet>{following}</DescribeInstancesResponse>
                    """);
        }
    }

    /// <summary>Works the signature out anew. Source: "AWS Signature Version 4", as the real SDK signs too.</summary>
    private static bool IsSigned(string head, byte[] body, string service)
    {
        var given = Header(head, "Authorization");
        var accessKey = given.Split("Credential=")[1].Split('/')[0];
        var names = given.Split("SignedHeaders=")[1].Split(',')[0];
        var date = Header(head, "X-Amz-Date");
        var headers = string.Concat(names.Split(';').Select(name => $"{name}:{Header(head, name)}\n"));
        var canonical = $"POST\n{head.Split(' ')[1]}\n\n{headers}\n{names}\n{Convert.ToHexStringLower(SHA256.HashData(body))}";
        var scope = $"{date[..8]}/{Region}/{service}/aws4_request";
        var text = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = scope.Split('/').Aggregate(
            Encoding.UTF8.GetBytes("AWS4" + Secrets[accessKey]), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        var isLent = accessKey == "ASIALENT";
        return given == $"AWS4-HMAC-SHA256 Credential={accessKey}/{scope}, SignedHeaders={names}, Signature={Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)))}"
            && names.Split(';').Contains("host")
            && Header(head, "X-Amz-Security-Token") == (isLent ? LentToken : "");
    }

    private static string Header(string head, string name) => head.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? "";
}
