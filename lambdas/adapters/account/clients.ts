import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

/** Somebody sits before the screen: an answer that takes ten seconds is none. Credentials and Region as the AWS CLI finds them. */
const patient = {
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  maxAttempts: 3,
};

/** The clients of operators' commands; no function has these. */
export const operatorClients = () => ({
  cloudWatch: new CloudWatchClient(patient),
  dynamodb: new DynamoDBClient(patient),
  lambda: new LambdaClient(patient),
  s3: new S3Client(patient),
  ses: new SESv2Client(patient),
  sns: new SNSClient(patient),
  sqs: new SQSClient(patient),
  ssm: new SSMClient(patient),
});

export type OperatorClients = ReturnType<typeof operatorClients>;
