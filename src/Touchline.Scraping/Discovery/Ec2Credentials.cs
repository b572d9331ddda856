using System.Globalization;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>The keys of one section of ec2_sd_configs: written in it, or found, and those of the role that is taken on with them.</summary>
internal sealed class Ec2Credentials(Ec2DiscoveryConfig config, TimeProvider time)
{
    /// <summary>The shortest that AWS lends keys for; they are asked for again anyway.</summary>
    private const int LentSeconds = 900;

    /// <summary>Keys must still be good for all pages of an answer.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private AwsCredentialChain? _chain;
    private AwsKeys? _ofRole;

    /// <exception cref="FetchException">There are none.</exception>
    /// <exception cref="AwsRefusal">The role is not given.</exception>
    public async Task<AwsKeys> KeysAsync(AwsService tokens, CancellationToken cancellationToken)
    {
        if (_ofRole is { } role && role.ExpiresAt - Margin > time.GetUtcNow())
        {
            return role;
        }
        var own = await OwnKeysAsync(cancellationToken).ConfigureAwait(false);
        return config.RoleArn.Length == 0 ? own : _ofRole = await TakeRoleAsync(tokens, own, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The keys were refused: others are looked for.</summary>
    public void Forget() => (_chain, _ofRole) = (null, null);

    private Task<AwsKeys> OwnKeysAsync(CancellationToken cancellationToken)
    {
        if (config.AccessKey.Length == 0 && config.SecretKey is null)
        {
            return (_chain ??= new AwsCredentialChain(config.Profile)).KeysAsync(cancellationToken);
        }
        return config.AccessKey.Length > 0 && config.SecretKey is { } secret
            ? Task.FromResult(new AwsKeys(config.AccessKey, secret, null, DateTimeOffset.MaxValue))
            : throw new FetchException("static credentials are empty: of access_key and secret_key one is not set");
    }

    private async Task<AwsKeys> TakeRoleAsync(AwsService tokens, AwsKeys own, CancellationToken cancellationToken)
    {
        var answer = await tokens.AskAsync(own, "AssumeRole",
        [
            ("DurationSeconds", LentSeconds.ToString(CultureInfo.InvariantCulture)),
            ("RoleArn", config.RoleArn),
            ("RoleSessionName", $"touchline-{time.GetUtcNow().ToUnixTimeMilliseconds()}"),
        ], cancellationToken).ConfigureAwait(false);
        var lent = answer.Descendants("Credentials").FirstOrDefault();
        if (lent?.Element("AccessKeyId")?.Value is not { Length: > 0 } accessKey
            || lent.Element("SecretAccessKey")?.Value is not { Length: > 0 } secretKey
            || lent.Element("SessionToken")?.Value is not { Length: > 0 } token)
        {
            throw new FetchException("AssumeRole: the answer has no credentials");
        }
        var ends = DateTimeOffset.TryParse(lent.Element("Expiration")?.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var given)
            ? given
            : time.GetUtcNow().AddSeconds(LentSeconds);
        return new AwsKeys(accessKey, new Secret(secretKey), new Secret(token), ends);
    }
}
