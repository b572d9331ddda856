using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.Util;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// Looks for credentials where the tools of AWS do: environment, shared files, web identity, the metadata of a container or an instance. The
/// library renews what expires. Its assembly is loaded with the first of these; nothing else of the process needs it. Used by one task at a time.
/// </summary>
/// <param name="profile">A profile of the shared files; empty is what the environment says.</param>
internal sealed class AwsCredentialChain(string profile)
{
    private AWSCredentials? _found;
    private Task<ImmutableCredentials>? _asking;

    /// <exception cref="FetchException">There are none.</exception>
    public async Task<AwsKeys> KeysAsync(CancellationToken cancellationToken)
    {
        // Some ways of the library block, a program that a profile names above all: one thread waits for it, however often it is asked.
        if (_asking is null || _asking.IsCompleted)
        {
            _asking = Task.Run(async () => await (_found ??= Find()).GetCredentialsAsync().ConfigureAwait(false), CancellationToken.None);
        }
        var keys = await WaitAsync(_asking, "no credentials", cancellationToken).ConfigureAwait(false);
        return new AwsKeys(keys.AccessKey, new Secret(keys.SecretKey), keys.UseToken ? new Secret(keys.Token) : null, DateTimeOffset.MaxValue);
    }

    /// <summary>The region of the instance that this process runs on.</summary>
    /// <exception cref="FetchException">It runs on none.</exception>
    public static async Task<string> RegionAsync(CancellationToken cancellationToken)
    {
        const string Needed = "EC2 SD configuration requires a region";
        var asking = Task.Run(() => EC2InstanceMetadata.GetDataAsync("/placement/region"), cancellationToken);
        return await WaitAsync(asking, Needed, cancellationToken).ConfigureAwait(false) is { Length: > 0 } region
            ? region
            : throw new FetchException($"{Needed}: the metadata service, which only instances of EC2 have, names none");
    }

    private AWSCredentials Find()
    {
        if (profile.Length == 0)
        {
            return DefaultAWSCredentialsIdentityResolver.GetCredentials();
        }
        return new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var found)
            ? found
            : throw new FetchException($"the shared files of AWS have no credentials for profile {profile}");
    }

    private static async Task<T> WaitAsync<T>(Task<T> asking, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw new FetchException($"{what}: {FetchFailure.Timeout}", e);
        }
        catch (Exception e) when (e is not (FetchException or OutOfMemoryException))
        {
            throw new FetchException($"{what}: {e.Message}", e);
        }
    }
}
